// What distances are measured between: real pictures in two halves, and pictures generated from the captions of one
// half.
import type { RgbImage } from "../../models/types.ts";
import { entriesOf, type Entry } from "../choose.ts";
import type { Settings } from "../generate.ts";
import { realPictures } from "../real-pictures.ts";
import { judgeFeatures, type Workbench } from "../workbench.ts";
import type { Tensor } from "../../core/index.ts";

export const HALF = 2000;

/**
 * Training emoji in two halves that share no picture: prompts come from the first, the second is what is compared
 * with.
 */
export async function halves(bench: Workbench): Promise<{ prompts: Entry[]; reference: Entry[] }> {
  const all = entriesOf(await bench.dataset("emoji"), ["train"], "halves");
  const size = Math.min(HALF, Math.floor(all.length / 2));
  return { prompts: all.slice(0, size), reference: all.slice(size, 2 * size) };
}

/** The judge's features of the reference half. */
export function referenceFeatures(bench: Workbench): Promise<Tensor> {
  return bench.once("features/reference", async () =>
    judgeFeatures(bench, realPictures((await halves(bench)).reference)),
  );
}

/**
 * Up to `wanted` pictures of the first half's captions, picture i with seed i. Pictures that an earlier measure made
 * with the same settings are taken as they are.
 */
export async function fidelityPictures(
  bench: Workbench,
  settings: Settings,
  wanted: number,
  part: readonly [number, number] = [0, 1],
): Promise<{ pictures: RgbImage[]; entries: Entry[] }> {
  const { config } = await bench.emoji();
  const made = await bench.once(
    `pictures/${JSON.stringify({ ...config.defaults, ...settings })}`,
    async () => [] as RgbImage[],
  );
  const { prompts } = await halves(bench);
  const jobs = prompts.slice(made.length, wanted).map(({ caption }, i) => ({ prompt: caption, seed: made.length + i }));
  if (jobs.length > 0) made.push(...(await bench.generate(jobs, settings, part)));
  const pictures = made.slice(0, wanted);
  return { pictures, entries: prompts.slice(0, pictures.length) };
}
