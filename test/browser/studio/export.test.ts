// What is exported is what is seen: the picture, the film, the numbers, and a program that makes the same points.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openStudio, type OpenStudio } from "./open-studio.ts";

const home = join(import.meta.dirname, "..", "..", "..");

let studio: OpenStudio;
beforeAll(async () => {
  studio = await openStudio();
}, 60_000);
afterAll(() => studio[Symbol.asyncDispose]());

async function saved(page: Page, button: RegExp): Promise<{ name: string; content: Buffer }> {
  const download = page.waitForEvent("download", { timeout: 40_000 });
  await page.getByRole("button", { name: button }).first().click();
  const file = await download;
  return { name: file.suggestedFilename(), content: await readFile(await file.path()) };
}

it("exports a run of the learned model, and its program makes the same points in Node", async () => {
  const page = await studio.page("scene=reverse&steps=12&dots=25&walkers=ddpm&seed=4");
  await page.click("summary");
  const png = await saved(page, /^PNG$/);
  expect(png.content.subarray(1, 4).toString()).toBe("PNG");
  expect(png.content.readUInt32BE(16)).toBeGreaterThan(300);

  const { runs, address } = JSON.parse((await saved(page, /^JSON$/)).content.toString());
  expect(address).toContain("steps=12");
  expect(runs).toHaveLength(1);
  expect(runs[0]).toMatchObject({ sampler: "ddpm", num_inference_steps: 12, n: 25, seed: 4, evaluations: 300 });
  expect(runs[0].path).toHaveLength(13);

  const program = await saved(page, /^TypeScript$/);
  const folder = await mkdtemp(join(home, "dist", "export-"));
  try {
    await writeFile(join(folder, "run.ts"), program.content);
    const args = ["--import", "tsx", join(folder, "run.ts")];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: home });
    JSON.parse(stdout).points.flat().forEach((value: number, i: number) => {
      expect(value).toBeCloseTo(runs[0].points.flat()[i], 4);
    });
  } finally {
    await rm(folder, { recursive: true });
  }
  await page.context().close();
});

it("films a run from its noise to its end", async () => {
  const page = await studio.page("scene=flow&flowSteps=4&dots=30", { width: 700 });
  await page.click("summary");
  const film = await saved(page, /^Film/);
  expect(film.name).toMatch(/\.(webm|mp4)$/);
  expect(film.content.length).toBeGreaterThan(10_000);
  const seconds = await page.evaluate(async (bytes) => {
    const video = document.createElement("video");
    video.src = URL.createObjectURL(new Blob([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))]));
    await new Promise((resolve, reject) => {
      video.onloadeddata = resolve;
      video.onerror = () => reject(new Error("the film can't be played"));
    });
    return [video.videoWidth, video.videoHeight];
  }, film.content.toString("base64"));
  expect(seconds[0]).toBeGreaterThan(200);
  expect(studio.errors).toEqual([]);
  await page.context().close();
});
