// What the server gives away, over a real socket: the folder's files, and nothing else of this machine.
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listen, staticFiles, type Listening } from "./index.ts";

let home: string;
let server: Listening;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "driftfield-static-"));
  await mkdir(join(home, "site", "assets"), { recursive: true });
  await mkdir(join(home, "site-beside"));
  await writeFile(join(home, "secret.txt"), "secret");
  await writeFile(join(home, "site-beside", "secret.txt"), "secret");
  await writeFile(join(home, "site", "index.html"), "<title>home</title>");
  await writeFile(join(home, "site", "assets", "a-1234.js"), "export {};");
  await symlink(join(home, "secret.txt"), join(home, "site", "link.txt"));
  server = await listen(staticFiles(join(home, "site")), 0);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(home, { recursive: true });
});

/** Sends a request line as it stands: fetch would tidy its path. */
function raw(line: string): Promise<string> {
  const { port, hostname } = new URL(server.url);
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(Number(port), hostname, () => socket.write(`${line}\r\nhost: x\r\nconnection: close\r\n\r\n`));
    socket.on("data", (data) => (answer += data.toString()));
    socket.on("end", () => resolve(answer));
    socket.on("error", reject);
  });
}

describe("the static server", () => {
  it("serves the page isolated, so that wasm has threads, and lets hashed files be kept", async () => {
    const page = await fetch(server.url);
    expect(await page.text()).toBe("<title>home</title>");
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(page.headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(page.headers.get("cross-origin-embedder-policy")).toBe("require-corp");
    expect(page.headers.get("cache-control")).toBe("no-cache");
    const script = await fetch(`${server.url}assets/a-1234.js`);
    expect(script.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(script.headers.get("cache-control")).toContain("immutable");
  });

  it("shortens text for those who take gzip, and for no one else", async () => {
    const ask = (encoding: string) =>
      fetch(`${server.url}assets/a-1234.js`, { headers: { "accept-encoding": encoding } });
    const short = await ask("deflate, gzip;q=0.5");
    expect([short.headers.get("content-encoding"), short.headers.get("vary")]).toEqual(["gzip", "accept-encoding"]);
    expect(await short.text()).toBe("export {};");
    for (const encoding of ["identity", "gzip;q=0", "x-gzip"]) {
      const whole = await ask(encoding);
      const [how, length] = ["content-encoding", "content-length"].map((name) => whole.headers.get(name));
      expect([how, length], encoding).toEqual([null, "10"]);
    }
  });

  it.each([
    "/../secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/assets/..%2f..%2fsecret.txt",
    "/..%5csecret.txt",
    "/../site-beside/secret.txt",
    "//etc/passwd",
    "/link.txt",
    "/index.html%00.js",
    "/%",
    "/assets",
    "/assets/",
    "/nothing.html",
    "http://x/../secret.txt",
  ])("doesn't find %s", async (path) => {
    const answer = await raw(`GET ${path} HTTP/1.1`);
    expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
    expect(answer).not.toContain("secret");
  });

  it("answers HEAD without a body and refuses what would change something", async () => {
    const head = await fetch(server.url, { method: "HEAD", headers: { "accept-encoding": "identity" } });
    expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "19", ""]);
    expect((await fetch(server.url, { method: "POST", body: "x" })).status).toBe(405);
  });

  it("says which port is taken, and what to do", async () => {
    const port = Number(new URL(server.url).port);
    await expect(listen(() => {}, port)).rejects.toMatchObject({
      code: "invalid_option",
      path: "port",
      message: `port ${port} is taken by another program`,
      hint: "Pass --port 0 for any free one.",
    });
  });
});
