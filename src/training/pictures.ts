// Pictures of the data sets as training sees them: chosen, mirrored, put on a colour, with a caption, by the step
// alone.
import {
  BACKGROUND_NAMES,
  BACKGROUNDS,
  caption,
  compose,
  mayFlip,
  type BackgroundName,
  type Dataset,
  type DataRecord,
} from "../data/index.ts";
import { counterUniform } from "../random/index.ts";
import { backgroundNumber, trainingIndices } from "./recipe.ts";

/** One training picture; `number` counts those of all data sets (see recipe.ts). */
export type PoolEntry = { dataset: Dataset; index: number; record: DataRecord; number: number };

/** Training pictures, by data set. */
export function trainingPool(datasets: readonly Dataset[]): PoolEntry[][] {
  let number = 0;
  return datasets.map((dataset) =>
    trainingIndices(dataset).map((index) => ({ dataset, index, record: dataset.records[index], number: number++ })),
  );
}

export type View = { entry: PoolEntry; flip: boolean; background: BackgroundName; caption: string };

const WHITE_SHARE = 0.75;

/** A stream of numbers in [0, 1) for one sample of one step. */
export function sampleRandom(seed: number, step: number, index: number): () => number {
  let numbers: Float32Array = new Float32Array(0);
  let used = 0;
  let block = 0;
  return () => {
    if (used === numbers.length) {
      numbers = counterUniform({ seed, sample: 16 + index, draw: step * 64 + block++ }, new Float32Array(32));
      used = 0;
    }
    return numbers[used++];
  };
}

/** The place in `weights` that a uniform number in [0, 1) falls on, each as wide as its weight. */
export function pickWeighted(weights: readonly number[], uniform: number): number {
  let rest = uniform * weights.reduce((a, b) => a + b, 0);
  let which = 0;
  while (which < weights.length - 1 && rest >= weights[which]) rest -= weights[which++];
  return which;
}

/** Chooses one picture and how it is shown. `weights` says how often each data set comes. */
export function chooseView(pools: readonly PoolEntry[][], weights: readonly number[], rng: () => number): View {
  const pool = pools[pickWeighted(weights, rng())];
  const entry = pool[Math.floor(rng() * pool.length)];
  const flip = rng() < 0.5 && mayFlip(entry.record);
  const background = rng() < WHITE_SHARE ? "white" : BACKGROUND_NAMES[Math.floor(rng() * BACKGROUND_NAMES.length)];
  return { entry, flip, background, caption: caption(entry.record, { rng, flip, background }) };
}

/** A view as numbers: the columns "picture", "flip" and "background" of a recipe. */
export const viewNumbers = ({ entry, flip, background }: View): [number, number, number] => [
  entry.number,
  Number(flip),
  backgroundNumber(background),
];

/** Writes the view's pixels (size * size * 3 bytes, RGB). `scratch` holds size * size * 4 bytes. */
export function drawView({ entry, flip, background }: View, scratch: Uint8Array, out: Uint8Array): void {
  entry.dataset.read(entry.index, scratch);
  compose(scratch, BACKGROUNDS[background], flip, out);
}

/**
 * A picture (size * size * 3 bytes) made smaller by a whole factor: each place is the mean of factor * factor pixels.
 */
export function shrink(pixels: Uint8Array, size: number, factor: number, out: Uint8Array): void {
  const side = size / factor;
  const area = factor * factor;
  for (let y = 0, to = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      for (let channel = 0; channel < 3; channel++, to++) {
        let total = 0;
        for (let dy = 0; dy < factor; dy++) {
          const row = ((y * factor + dy) * size + x * factor) * 3 + channel;
          for (let dx = 0; dx < factor; dx++) total += pixels[row + dx * 3];
        }
        out[to] = Math.round(total / area);
      }
    }
  }
}
