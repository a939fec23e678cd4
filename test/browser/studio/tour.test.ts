// The tour leads from noise to guidance by its Next alone, each stop with its own address.
import { afterAll, beforeAll, expect, it } from "vitest";
import { stops } from "../../../studio/tour/stops.ts";
import { openStudio, settled, type OpenStudio } from "./open-studio.ts";

let studio: OpenStudio;
beforeAll(async () => {
  studio = await openStudio();
}, 60_000);
afterAll(() => studio[Symbol.asyncDispose]());

it("goes from the first stop to the tenth by Next, and ends", async () => {
  const page = await studio.page("scene=data&theme=light");
  await page.getByRole("link", { name: "Tour", exact: true }).click();
  const seen = new Set<string>();
  for (const [i, { title, state }] of stops.entries()) {
    await page.locator(".tour h2", { hasText: title }).waitFor();
    await settled(page);
    seen.add(await page.evaluate(() => location.hash));
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe("light");
    expect(await page.title()).toContain("Driftfield");
    if (state.scene !== "pixels") expect([...seen].at(-1)).toContain(`scene=${state.scene}`);
    if (i + 1 < stops.length) await page.getByRole("link", { name: "Next" }).click();
  }
  expect(seen.size).toBe(10);
  await page.getByRole("button", { name: "Done" }).click();
  expect(await page.locator(".tour").count()).toBe(0);
  expect(studio.errors).toEqual([]);
  await page.context().close();
}, 120_000);
