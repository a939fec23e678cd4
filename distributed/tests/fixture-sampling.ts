// Pictures as `driftfield generate` makes them, and the same sampling exported: with noise in its steps and without,
// guided and not.
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { withSafetensors, writeSafetensors } from "../../src/files/index.ts";
import { exportSampling } from "../../src/pipelines/bulk/export-sampling.ts";
import { loadPipeline } from "../../src/pipelines/index.ts";
import { writeTinyModels } from "../../test/cli/tiny-model.ts";
import { counterWeight } from "../../test/helpers/counter.ts";

const PROMPTS = ["a cat", "a red rocket", "a cat wearing a hat"];
const [COUNT, SEED] = [7, 2 ** 40]; // a seed of more than 32 bits
const SAMPLINGS = {
  guided: { sampler: "heun", guidanceScale: 3, numInferenceSteps: 5 },
  noisy: { sampler: "euler-ancestral", guidanceScale: 1, numInferenceSteps: 4 },
};

/** Writes `sampling-<name>` and `sampling-<name>-here.safetensors`: pictures (n, H, W, 3). */
export async function writeSamplings(folder: string): Promise<void> {
  const models = join(folder, "sampled-models");
  mkdirSync(models);
  await writeTinyModels(models);
  const emoji = join(models, "emoji");
  for (const part of ["text_encoder", "transformer", "vae"]) await fill(join(emoji, part));
  await using pipeline = await loadPipeline(emoji);
  for (const [name, settings] of Object.entries(SAMPLINGS)) {
    const where = { folder: join(folder, `sampling-${name}`), prompts: PROMPTS, count: COUNT, seed: SEED };
    await exportSampling(emoji, { ...where, batchSize: 3, settings });
    const pictures: Uint8Array[] = [];
    for (let i = 0; i < COUNT; i++) {
      const request = { prompt: PROMPTS[i % PROMPTS.length], seed: SEED + i, ...settings };
      pictures.push((await pipeline.generate(request)).images[0].data);
    }
    const data = new Uint8Array(pictures.flatMap((picture) => [...picture]));
    const here = { name: "pictures", shape: [COUNT, 32, 32, 3], data };
    await writeSafetensors(join(folder, `sampling-${name}-here.safetensors`), [here]);
  }
}

/** Weights that say something, in place of first ones (some of which are zero). */
async function fill(part: string): Promise<void> {
  const path = join(part, readdirSync(part).find((file) => file.endsWith(".safetensors"))!);
  const tensors = await withSafetensors(path, async (file) =>
    [...file.tensors].map(([name, { shape }]) => ({
      name, shape, data: counterWeight(name, shape), dtype: "F16" as const,
    })),
  );
  await writeSafetensors(path, tensors);
}
