// Training in the page: an address trains again to its step, a reload loses nothing, other scenes use what was learned.
import { createHash } from "node:crypto";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openStudio, type OpenStudio } from "./open-studio.ts";

let studio: OpenStudio;
beforeAll(async () => {
  studio = await openStudio();
}, 60_000);
afterAll(() => studio[Symbol.asyncDispose]());

async function until(page: Page, words: string): Promise<void> {
  const said = (text: string): boolean => document.querySelector(".now")?.textContent?.includes(text) === true;
  await page.waitForFunction(said, words, { timeout: 50_000 });
}

async function trained(page: Page): Promise<string> {
  await until(page, "Paused");
  await page.waitForSelector("html[data-settled]", { state: "attached", timeout: 20_000 });
  const pictures = await page.$$eval("canvas", (all) => all.map((canvas) => (canvas as HTMLCanvasElement).toDataURL()));
  return createHash("sha256").update(pictures.join("\n")).digest("hex");
}

async function fresh(address: string): Promise<Page> {
  const context = await studio.browser.newContext({ viewport: { width: 900, height: 800 }, colorScheme: "dark" });
  const page = await context.newPage();
  page.on("pageerror", (error) => studio.errors.push(String(error)));
  await page.goto(`${studio.url}#${address}`);
  return page;
}

it("trains to the step in the address, the same in two fresh pages, and keeps it through a reload", async () => {
  const address = "scene=train&data=moons&trained=100";
  const first = await fresh(address);
  const hash = await trained(first);
  await first.reload();
  let engines = 0;
  first.on("request", (request) => {
    if (request.url().endsWith(".wasm")) engines++;
  });
  expect(await trained(first)).toBe(hash);
  expect(engines, "nothing is trained anew").toBe(0);
  await first.context().close();
  const second = await fresh(address);
  expect(await trained(second)).toBe(hash);
  expect(await second.textContent(".now")).toContain("step 100");

  // Going on by the key, pausing by it, and the address follows.
  await second.keyboard.press("t");
  await until(second, "steps a second");
  await second.keyboard.press("t");
  await trained(second);
  await second.waitForFunction(() => Number(/trained=(\d+)/.exec(location.hash)?.[1]) > 100);
  await second.click('a[href*="scene=reverse"]');
  await second.waitForSelector("html[data-settled]", { state: "attached", timeout: 30_000 });
  expect(await second.textContent("main")).not.toContain("No model has learned these data");
  await second.context().close();
  expect(studio.errors).toEqual([]);
}, 200_000);
