// `driftfield studio` as a process: it says where it is, serves the page, and Ctrl-C is its ordinary end.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cliOf, type Cli } from "./process.ts";

let cli: Cli;
beforeAll(async () => {
  cli = await cliOf(new URL("../../src/cli/main.ts", import.meta.url));
});
afterAll(() => cli.close());

describe("driftfield studio", () => {
  it("prints its address alone, serves the studio there, and exits well on Ctrl-C", async () => {
    const { child, finished } = cli.start(["studio", "--port", "0"]);
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout!.once("data", (text: Buffer) => resolve(text.toString().trim()));
      void finished.then(({ stderr }) => reject(new Error(stderr)));
    });
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const page = await fetch(url);
    expect(page.headers.get("cross-origin-opener-policy")).toBe("same-origin");
    const html = await page.text();
    expect(html).toContain("<title>Driftfield studio</title>");
    const [script] = /\.\/assets\/index-[\w-]+\.js/.exec(html)!;
    expect((await fetch(new URL(script, url))).headers.get("content-type")).toContain("javascript");
    child.kill("SIGINT");
    expect(await finished).toMatchObject({ status: 0, stdout: `${url}\n` });
  });

  it("refuses a port that isn't one", async () => {
    const { status, stdout, stderr } = await cli.run(["studio", "--port", "99999"]);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("--port must be a whole number from 0 to 65535");
  });
});
