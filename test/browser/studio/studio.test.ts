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

describe.each(scenes)("scene $id", ({ id }) => {
  it("opens without an error, and axe finds nothing serious in either theme", async () => {
    for (const theme of ["dark", "light"] as const) {
      const page = await studio.page(`scene=${id}`, { theme });
      await page.evaluate(axe.source);
      const found = await page.evaluate<{ id: string; impact: string; nodes: { html: string }[] }[]>(
        "axe.run().then(({ violations }) => violations)",
      );
      const serious = found.filter(({ impact }) => impact === "serious" || impact === "critical");
      expect(serious.map(({ id: rule, nodes }) => `${rule}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
      await page.context().close();
    }
    expect(studio.errors).toEqual([]);
  });

  it("draws the same pixels from the same address in two fresh pages, and others from another", async () => {
    const drawn = async (address: string) => {
      const page = await studio.page(`scene=${id}&${address}`);
      const hash = await pixels(page);
      await page.context().close();
      return hash;
    };
    const first = await drawn("data=rings&t=0.4&first=0.3");
    expect(await drawn("data=rings&t=0.4&first=0.3")).toBe(first);
    expect(await drawn("data=moons&t=0.4&first=0.6")).not.toBe(first);
  });

  it("fits a phone of 360 pixels without scrolling sideways", async () => {
    const page = await studio.page(`scene=${id}`, { width: 360, height: 740 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await page.context().close();
  });
});
