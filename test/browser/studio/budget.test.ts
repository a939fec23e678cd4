// What the first look costs: bytes, and time until something real is drawn.
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sceneIds } from "../../../studio/state/fields.ts";
import { openStudio, type OpenStudio } from "./open-studio.ts";

const MOST_BYTES = 400_000;

let studio: OpenStudio;
beforeAll(async () => {
  studio = await openStudio();
}, 60_000);
afterAll(() => studio[Symbol.asyncDispose]());

it.each(sceneIds)("loads less than 400 KB for the scene %s, compressed, its trained models with it", async (scene) => {
  const context = await studio.browser.newContext();
  const page = await context.newPage();
  const bodies: Promise<number>[] = [];
  const paths: string[] = [];
  page.on("response", (response) => {
    paths.push(response.url());
    bodies.push(
      response.body().then((body) => {
        // What tests load is what ships: without the framework's own checks, whoever had it built.
        if (response.url().endsWith(".js")) expect(body.toString()).not.toContain("%c[svelte]");
        return gzipSync(body).length;
      }),
    );
  });
  await page.goto(`${studio.url}#scene=${scene}`);
  await page.waitForSelector("html[data-settled]", { state: "attached" });
  const bytes = (await Promise.all(bodies)).reduce((a, b) => a + b, 0);
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThan(MOST_BYTES);
  expect(paths.filter((path) => path.endsWith(".wasm"))).toEqual([]);
  await context.close();
});

it("draws something real within a second of the first request (best of three, on a busy machine)", async () => {
  const times: number[] = [];
  for (let i = 0; i < 3; i++) {
    const page = await studio.page("scene=pixels");
    times.push(await page.evaluate(() => performance.getEntriesByName("first-picture")[0].startTime));
    await page.context().close();
  }
  expect(Math.min(...times)).toBeLessThan(1000);
});
