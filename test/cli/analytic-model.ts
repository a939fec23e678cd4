// A text-to-image model that is known exactly: the flow of four coloured pictures. Its field is a real one, so that
// the whole way from prompt to file runs without weights.
import type { Tensor } from "../../src/core/index.ts";
import { exactDenoiser } from "../../src/diffusion/index.ts";
import type { TextCondition, TextToImageModel } from "../../src/models/types.ts";

const SIDE = 4;
const SCALE = 4;
const MOST_TOKENS = 6;
const colours: Record<string, readonly [number, number, number]> = {
  red: [1, -1, -1],
  green: [-1, 1, -1],
  blue: [-1, -1, 1],
  yellow: [1, 1, -1],
};
const vocabulary = ["a", "picture", ...Object.keys(colours)];

/** Latents of a picture of one colour with a dark diagonal: (C, 1, H, W). */
function latentsOf(colour: readonly number[]): Float32Array {
  const size = SIDE * SIDE;
  return Float32Array.from({ length: 3 * size }, (_, i) => {
    const at = i % size;
    return at % SIDE === Math.floor(at / SIDE) ? -1 : colour[Math.floor(i / size)];
  });
}

/** The pictures that the condition of row `row` allows: those whose colours the prompt names, or all. */
function allowed({ hidden }: TextCondition, row: number): Tensor {
  const length = hidden.data.length / hidden.shape[0];
  const ids = new Set(hidden.data.subarray(row * length, (row + 1) * length));
  const names = Object.keys(colours).filter((name) => ids.has(vocabulary.indexOf(name)));
  const points = (names.length > 0 ? names : Object.keys(colours)).map((name) => latentsOf(colours[name]));
  return { shape: [points.length, points[0].length], data: Float32Array.from(points.flatMap((point) => [...point])) };
}

const condition = (rows: readonly (readonly number[])[]): TextCondition => ({
  hidden: { shape: [rows.length, MOST_TOKENS, 1], data: Float32Array.from(rows.flatMap((ids) => pad(ids, -1))) },
  mask: {
    shape: [rows.length, MOST_TOKENS],
    data: Float32Array.from(
      rows.flatMap((ids) =>
        pad(
          ids.map(() => 1),
          0,
        ),
      ),
    ),
  },
});

const pad = (ids: readonly number[], filler: number): number[] => [
  ...ids,
  ...Array(MOST_TOKENS - ids.length).fill(filler),
];

/** What the model was asked: the number of texts of every evaluation, and whether it was closed. */
export type AnalyticModel = TextToImageModel & { evaluations: number[]; disposed: boolean };

/** Makes the model. `delay`: milliseconds that an evaluation takes, to be interrupted in. */
export function analyticModel({ delay = 0 } = {}): AnalyticModel {
  const model: AnalyticModel = {
    name: "colours",
    hash: "c0".repeat(32),
    evaluations: [],
    disposed: false,
    config: {
      imageSize: SIDE * SCALE,
      latentShape: [3, 1, SIDE, SIDE],
      maxTokens: MOST_TOKENS,
      defaults: { numInferenceSteps: 8, guidanceScale: 3, sampler: "flow-euler" },
    },
    schedulerConfig: { _class_name: "FlowMatchEulerDiscreteScheduler", num_train_timesteps: 1000, shift: 2 },
    tokenize(prompt) {
      const words = prompt
        .toLowerCase()
        .split(/\s+/)
        .filter((word) => word !== "");
      const unknown = words.filter((word) => !vocabulary.includes(word));
      const ids = words.filter((word) => vocabulary.includes(word)).map((word) => vocabulary.indexOf(word));
      const truncated = ids.length > MOST_TOKENS;
      return { ids: ids.slice(0, MOST_TOKENS), truncated, words: words.length, unit: "words", unknown, vocabulary };
    },
    encodeText: async (ids) => condition(ids),
    nullCondition: async () => condition([[]]),
    async denoise(x, t, texts) {
      model.evaluations.push(texts.length);
      if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
      const sigma = t / 1000;
      const size = x.data.length / x.shape[0];
      return texts.map((text) => {
        const velocity = new Float32Array(x.data.length);
        for (let row = 0; row < x.shape[0]; row++) {
          const own = { shape: [1, size], data: x.data.subarray(row * size, (row + 1) * size) };
          const clean = exactDenoiser(allowed(text, row))(own, { alpha: 1 - sigma, sigma });
          for (let i = 0; i < size; i++) velocity[row * size + i] = (own.data[i] - clean.data[i]) / sigma;
        }
        return { shape: x.shape, data: velocity };
      });
    },
    async decode({ data }) {
      const width = SIDE * SCALE;
      return Uint8Array.from({ length: width * width * 3 }, (_, i) => {
        const [channel, x, y] = [i % 3, Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
        const value = data[channel * SIDE * SIDE + Math.floor(y / SCALE) * SIDE + Math.floor(x / SCALE)];
        return Math.round(Math.min(Math.max(value / 2 + 0.5, 0), 1) * 255);
      });
    },
    async dispose() {
      model.disposed = true;
    },
  };
  return model;
}
