// The studio as its reader meets it: every scene opens, draws the same from the same address, and anyone can use it.
import { createHash } from "node:crypto";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sceneIds } from "../../../studio/state/fields.ts";
import { openStudio, type OpenStudio } from "./open-studio.ts";

let studio: OpenStudio;
beforeAll(async () => {
  studio = await openStudio();
}, 60_000);
afterAll(() => studio[Symbol.asyncDispose]());

const scenes = sceneIds.map((id) => ({ id }));

/** One hash of every canvas of the page. */
async function pixels(page: Page): Promise<string> {
  const pictures = await page.$$eval("canvas", (all) => all.map((canvas) => (canvas as HTMLCanvasElement).toDataURL()));
  expect(pictures.length).toBeGreaterThan(0);
  return createHash("sha256").update(pictures.join("\n")).digest("hex");
}

/** What axe finds to be serious, with the elements. */
async function seriousFaults(page: Page): Promise<string[]> {
  if (!(await page.evaluate("typeof axe === 'object'"))) await page.evaluate(axe.source);
  const found = await page.evaluate<{ id: string; impact: string; nodes: { html: string }[] }[]>(
    "axe.run().then(({ violations }) => violations)",
  );
  return found
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

describe.each(scenes)("scene $id", ({ id }) => {
  const address = `scene=${id}&t=0.4&first=0.3`;
  const pages: Page[] = [];
  beforeAll(async () => {
    for (let i = 0; i < 2; i++) pages.push(await studio.page(address));
  }, 60_000);
  afterAll(() => Promise.all(pages.map((page) => page.context().close())));

  it("draws the same pixels from the same address in two fresh pages, and others from another", async () => {
    const [first, second] = [await pixels(pages[0]), await pixels(pages[1])];
    expect(second).toBe(first);
    await studio.goto(pages[1], `scene=${id}&data=moons&t=0.4&first=0.6&seed=2`);
    expect(await pixels(pages[1])).not.toBe(first);
  });

  it("has nothing that axe finds serious, in either theme", async () => {
    expect(await seriousFaults(pages[0])).toEqual([]);
    await studio.goto(pages[0], `${address}&theme=light`);
    expect(await seriousFaults(pages[0])).toEqual([]);
  });

  it("fits a phone of 360 pixels without scrolling sideways, and reports no error", async () => {
    await pages[0].setViewportSize({ width: 360, height: 740 });
    expect(await pages[0].evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    expect(studio.errors).toEqual([]);
  });
});
