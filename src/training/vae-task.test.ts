// The decoder alone goes on where an autoencoder stands: only it learns, and the encoder is written as it was.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Dataset } from "../data/index.ts";
import { readTensor, withSafetensors } from "../files/index.ts";
import type { AutoencoderConfig } from "../models/vae/config.ts";
import { readWeights } from "../models/weights.ts";
import { registryOf, Scope } from "../nn/index.ts";
import { nodeBackend } from "../runtime/index.ts";
import { exportDecoder } from "./export.ts";
import { initialState, exportWeights, stateFromWeights } from "./state.ts";
import { trainLoop } from "./train.ts";
import { encoderOutputs } from "./vae-encoder.ts";
import { autoencoderTask } from "./vae-task.ts";

const config: AutoencoderConfig = {
  _class_name: "DriftfieldAutoencoder",
  sample_size: 16, latent_channels: 4,
  encoder_patch: 4, encoder_channels: [8, 8], encoder_blocks: [1, 0],
  decoder_channels: [8, 8], decoder_blocks: [0, 1], decoder_patch: 4,
  latents_mean: [0, 0.5, 0, 0], latents_std: [1, 1, 2, 1],
};

/** One red picture with a green corner. */
const dataset: Dataset = {
  name: "emoji", size: 16, count: 1, hash: "x",
  records: [{
    id: "a|flat", code: "1f600", style: "flat", name: "a", keywords: [], group: "symbols", colors: [], split: "train",
  }],
  read(_index, out) {
    for (let i = 0; i < 256; i++) out.set(i < 40 ? [0, 255, 0, 255] : [255, 0, 0, 255], i * 4);
  },
  verify: async () => undefined,
  close: () => undefined,
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "driftfield-decoder-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("learns in the decoder alone, and writes the encoder and its statistics as they were", async () => {
  const both = registryOf(autoencoderTask(config, [dataset], { batchSize: 2, seed: 1 }).loss, {
    pixels: { shape: [2, 16, 16, 3], dtype: "uint8" }, noise: { shape: [2, 2, 2, 4], dtype: "float32" },
  });
  const before = join(folder, "before.safetensors");
  await exportWeights(before, initialState(both, 3), both, {});
  const scope = new Scope();
  encoderOutputs(config, 2, scope);
  const encoder = await readWeights(before, scope.registry);

  const task = autoencoderTask(config, [dataset], { batchSize: 2, seed: 1, encoder });
  const registry = registryOf(task.loss, task.batch);
  expect([...registry.keys()].filter((name) => !name.startsWith("decoder."))).toEqual([]);
  const state = await stateFromWeights(before, registry);
  const losses: number[] = [];
  let last = state;
  const options = { steps: 30, rate: 1e-2, warmup: 1, cooldown: 0, emaDecay: 0.5, backend: await nodeBackend() };
  for await (const record of trainLoop(task, state, options)) {
    losses.push(record.loss);
    last = record.state;
  }
  expect(losses.at(-1)).toBeLessThan(losses[0] * 0.8);

  await exportDecoder(folder, last, registry, config, encoder);
  const values = (path: string) =>
    withSafetensors(path, async (file) => {
      const read = [...file.tensors.keys()].map(async (name) => [name, (await readTensor(file, name)).data] as const);
      return new Map(await Promise.all(read));
    });
  const [was, is] = [await values(before), await values(join(folder, "diffusion_pytorch_model.safetensors"))];
  expect([...is.keys()].sort()).toEqual([...was.keys()].sort());
  const moved = [...is].filter(([name, data]) => data.some((value, i) => value !== was.get(name)![i]));
  expect(moved.map(([name]) => name.split(".")[0])).not.toContain("encoder");
  expect(moved.length).toBeGreaterThan(5);
});
