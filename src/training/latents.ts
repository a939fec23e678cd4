// The training pictures as latents, made once for an autoencoder: encoding them again at every step would cost more
// than the denoiser's own step.
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { throwIfAborted, type OnProgress } from "../core/index.ts";
import {
  BACKGROUND_NAMES,
  BACKGROUNDS,
  compose,
  mayFlip,
  type BackgroundName,
  type Dataset,
  type DataRecord,
} from "../data/index.ts";
import { makeFolder, writeFileAtomic } from "../files/index.ts";
import { sampleRandom } from "./pictures.ts";

/** Turns pictures (count of them, size * size * 3 bytes each) into latents, `latentSize` numbers each. */
export type PictureEncoder = {
  /** Names the weights: another autoencoder makes other latents. */
  hash: string;
  size: number;
  latentSize: number;
  batchSize: number;
  encode(pixels: Uint8Array): Promise<Float32Array>;
};

/**
 * How a picture is shown in one of its variants: as it is, mirrored (where it may be), and on a colour (either way).
 */
export type Variant = { flip: boolean; background: BackgroundName };
export const VARIANTS = 3;

export function variantOf(record: DataRecord, index: number, variant: number, seed: number): Variant {
  if (variant < 2) return { flip: variant === 1 && mayFlip(record), background: "white" };
  const colours = BACKGROUND_NAMES.filter((name) => name !== "white");
  const rng = sampleRandom(seed, index, variant);
  return { flip: rng() < 0.5 && mayFlip(record), background: colours[Math.floor(rng() * colours.length)] };
}

/**
 * Latents of every picture and variant of one data set: picture i, variant v at (i * VARIANTS + v) * latentSize.
 * `view` says how a variant is shown: captions must name the colour that its latents have.
 */
export type LatentCache = {
  dataset: Dataset;
  values: Float32Array;
  view: (index: number, variant: number) => Variant;
};

/** A cache that knows how each variant is shown, but holds no latents: what exporting a run needs. */
export function latentViews(dataset: Dataset, seed: number): LatentCache {
  const view = (index: number, variant: number): Variant => variantOf(dataset.records[index], index, variant, seed);
  return { dataset, values: new Float32Array(0), view };
}

/** Reads the cache of `dataset` in `folder`, or makes it (minutes for ten thousand pictures on two cores). */
export async function latentCache(
  dataset: Dataset,
  encoder: PictureEncoder,
  folder: string,
  { seed, signal, onProgress }: { seed: number; signal?: AbortSignal; onProgress?: OnProgress },
): Promise<LatentCache> {
  const key = createHash("sha256")
    .update(`${encoder.hash} ${dataset.hash} ${seed} ${VARIANTS}`)
    .digest("hex");
  const path = join(folder, `latents-${dataset.name}-${key.slice(0, 16)}.bin`);
  const length = dataset.count * VARIANTS * encoder.latentSize;
  const { view } = latentViews(dataset, seed);
  if (
    (await stat(path).then(
      (found) => found.size,
      () => -1,
    )) ===
    length * 4
  ) {
    const bytes = await readFile(path);
    return { dataset, values: new Float32Array(bytes.buffer, bytes.byteOffset, length), view };
  }
  await makeFolder(folder);
  const values = new Float32Array(length);
  const { size, batchSize, latentSize } = encoder;
  const scratch = new Uint8Array(size * size * 4);
  const pixels = new Uint8Array(batchSize * size * size * 3);
  const total = dataset.count * VARIANTS;
  for (let start = 0; start < total; start += batchSize) {
    throwIfAborted(signal);
    const count = Math.min(batchSize, total - start);
    for (let i = 0; i < count; i++) {
      const [index, variant] = [Math.floor((start + i) / VARIANTS), (start + i) % VARIANTS];
      const { flip, background } = view(index, variant);
      dataset.read(index, scratch);
      compose(scratch, BACKGROUNDS[background], flip, pixels.subarray(i * size * size * 3, (i + 1) * size * size * 3));
    }
    const latents = await encoder.encode(pixels);
    values.set(latents.subarray(0, count * latentSize), start * latentSize);
    onProgress?.({
      type: "step",
      stage: `latents of ${dataset.name}`,
      index: start,
      total,
      fraction: start / total,
      secondsLeft: null,
    });
  }
  await writeFileAtomic(path, new Uint8Array(values.buffer));
  return { dataset, values, view };
}
