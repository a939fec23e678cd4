// Latents are made once for the same pictures and autoencoder, anew for others, and the denoiser's batches follow from
// the step alone.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { BACKGROUND_NAMES, BACKGROUNDS, type Dataset, type DataRecord } from "../data/index.ts";
import { defaultClip } from "../models/clip/config.ts";
import { wordTokenizer, wordTokenizerJson } from "../models/clip/tokenizer.ts";
import { defaultTransformer } from "../models/transformer/config.ts";
import { denoiserTask } from "./denoiser-task.ts";
import { latentCache, type PictureEncoder, variantOf, VARIANTS } from "./latents.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "driftfield-latents-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const SIZE = 4;
const names = ["arrow left", "red heart", "cat"];
const records: DataRecord[] = names.map((name, i) => {
  const said = { style: "flat", name, keywords: ["thing"], group: "symbols", colors: ["red"] };
  return { id: `${i}|flat`, code: `1f60${i}`, ...said, split: "train" };
});

/** Pictures whose left half is full red, number i with i as its green. */
function datasetOf(hash: string): Dataset {
  return {
    name: "emoji", size: SIZE, count: records.length, hash, records,
    read(index, out) {
      for (let i = 0; i < SIZE * SIZE; i++) out.set([i % SIZE < SIZE / 2 ? 255 : 0, index, 0, 255], i * 4);
    },
    verify: async () => undefined,
    close: () => undefined,
  };
}

/** An encoder that says of a picture its first pixel's red and green; counts its calls. */
function encoderOf(hash: string): PictureEncoder & { calls: number } {
  return {
    hash, size: SIZE, latentSize: 2, batchSize: 2, calls: 0,
    async encode(pixels) {
      this.calls++;
      const starts = [0, SIZE * SIZE * 3];
      return Float32Array.from(starts.flatMap((start) => [...pixels.subarray(start, start + 2)]));
    },
  };
}

it("encodes each variant of each picture, mirrored where it may be; reads the cache the second time", async () => {
  const encoder = encoderOf("a");
  const { values } = await latentCache(datasetOf("x"), encoder, folder, { seed: 0 });
  expect(values).toHaveLength(records.length * VARIANTS * 2);
  records.forEach((record, index) => {
    for (let variant = 0; variant < VARIANTS; variant++) {
      const { flip } = variantOf(record, index, variant, 0);
      const at = (index * VARIANTS + variant) * 2;
      expect([...values.subarray(at, at + 2)]).toEqual([flip ? 0 : 255, index]);
    }
  });
  const { calls } = encoder;
  expect([...(await latentCache(datasetOf("x"), encoder, folder, { seed: 0 })).values]).toEqual([...values]);
  expect(encoder.calls).toBe(calls);
});

it("makes them anew for other pictures and for another autoencoder", async () => {
  const encoder = encoderOf("a");
  await latentCache(datasetOf("y"), encoder, folder, { seed: 0 });
  expect(encoder.calls).toBeGreaterThan(0);
  const other = encoderOf("b");
  await latentCache(datasetOf("y"), other, folder, { seed: 0 });
  expect(other.calls).toBeGreaterThan(0);
});

it("gives the denoiser batches that follow from the step: a straight path for flow, alphas for noise", async () => {
  const cache = await latentCache(datasetOf("x"), encoderOf("a"), folder, { seed: 0 });
  const words = wordTokenizer(wordTokenizerJson(["arrow", "left", "red", "heart", "cat"]), 8);
  const text = { config: defaultClip(words.size).text_config, weights: new Map(), tokenizer: words };
  const shape = [2, 1, 1, 1] as const;
  const settings = { batchSize: 64, seed: 4, weights: [1], dropCondition: 0.25, latentShape: shape };
  const flow = denoiserTask(defaultTransformer, text, [cache], { ...settings, objective: "flow" });
  expect(flow.makeBatch(9)).toEqual(flow.makeBatch(9));
  expect(flow.makeBatch(10)).not.toEqual(flow.makeBatch(9));
  const { alpha, sigma, time, end } = flow.makeBatch(9) as Record<string, Float32Array>;
  alpha.forEach((value, i) => {
    expect(value + sigma[i]).toBeCloseTo(1, 6);
    expect(time[i]).toBeCloseTo(1000 * sigma[i], 2);
  });
  const drawn = Array.from({ length: 20 }, (_, step) => [...(flow.makeBatch(step).sigma as Float32Array)]).flat();
  const noisier = drawn.filter((value) => value > 0.75).length / drawn.length; // the median: 3 / (3 + exp(0))
  expect(Math.abs(noisier - 0.5)).toBeLessThan(0.05);
  const dropped = end.filter((place) => place === 1).length; // the empty prompt: start, end
  expect(dropped).toBeGreaterThan(4);
  expect(dropped).toBeLessThan(32);
  const alphasCumprod = [0.9, 0.5, 0.1];
  const noise = denoiserTask(defaultTransformer, text, [cache], { ...settings, objective: "noise", alphasCumprod });
  const batch = noise.makeBatch(3) as Record<string, Float32Array>;
  batch.alpha.forEach((value, i) => {
    expect(value ** 2 + batch.sigma[i] ** 2).toBeCloseTo(1, 6);
    expect(value ** 2).toBeCloseTo(alphasCumprod[batch.time[i]], 6);
  });
});

it("names in a sample's caption the colour that its latents lie on, whatever the run's seed", async () => {
  const clear = { ...datasetOf("clear"), read: (_: number, out: Uint8Array) => void out.fill(0) };
  const plain = records.map((record) => ({ ...record, name: "cat", colors: [] }));
  const firstPixel = async (pixels: Uint8Array) => Float32Array.from(pixels.slice(0, 3));
  const encoder = { ...encoderOf("c"), latentSize: 3, batchSize: 1, encode: firstPixel };
  const cache = await latentCache({ ...clear, records: plain }, encoder, folder, { seed: 0 });
  const words = wordTokenizer(wordTokenizerJson(["cat", "background", ...BACKGROUND_NAMES]), 32);
  const text = { config: defaultClip(words.size).text_config, weights: new Map(), tokenizer: words };
  const settings = { batchSize: 64, seed: 1, weights: [1], dropCondition: 0, latentShape: [3, 1, 1, 1] as const };
  const task = denoiserTask(defaultTransformer, text, [cache], { ...settings, objective: "flow" });
  const { latents, ids } = task.makeBatch(2) as { latents: Float32Array; ids: Int32Array };
  const ofColour = new Map(BACKGROUND_NAMES.map((name) => [BACKGROUNDS[name].join(), name]));
  const seen = new Set<string>();
  for (let i = 0; i < 64; i++) {
    const colour = ofColour.get([...latents.subarray(i * 3, i * 3 + 3)].join())!;
    const said = [...ids.subarray(i * 32, (i + 1) * 32)];
    seen.add(colour);
    for (const name of BACKGROUND_NAMES) {
      expect(said.includes(words.encode(name).ids[1])).toBe(name === colour && name !== "white");
    }
  }
  expect(seen.size).toBeGreaterThan(2);
});
