// Training the denoiser: a picture's latents, noise of a random strength, and the words; what to predict is the
// velocity of the straight path (flow matching) or the noise (DDPM).
import { sizeOf } from "../core/index.ts";
import { add, meanSquaredError, mul, reshape, sub, type Sym } from "../graph/index.ts";
import { caption } from "../data/index.ts";
import { textHiddenStates, tokenMask } from "../models/clip/clip.ts";
import type { ClipTextConfig } from "../models/clip/config.ts";
import type { WordTokenizer } from "../models/clip/tokenizer.ts";
import type { TransformerConfig } from "../models/transformer/config.ts";
import { textBiasOf, transformer } from "../models/transformer/transformer.ts";
import { Scope } from "../nn/index.ts";
import { counterNormal } from "../random/index.ts";
import type { Weights } from "../runtime/index.ts";
import { VARIANTS, type LatentCache } from "./latents.ts";
import { pickWeighted, sampleRandom } from "./pictures.ts";
import { trainingIndices, type Source } from "./recipe.ts";
import type { Task } from "./train.ts";

export type Objective = "flow" | "noise";

export type DenoiserTaskOptions = {
  objective: Objective;
  batchSize: number;
  seed: number;
  /** How often each data set comes. */
  weights: readonly number[];
  /** Share of samples whose words are left out, so that the model also learns the unconditioned field. */
  dropCondition: number;
  /** alphasCumprod of the noise schedule ("noise" only). */
  alphasCumprod?: ArrayLike<number>;
  /** Channels, frames, height and width of the latents; caches hold them in this order, normalised. */
  latentShape: readonly [number, number, number, number];
};

const [TIME, NOISE] = [3, 4]; // streams of counter-based numbers
const PLAIN_SHARE = 0.8; // of the samples on white
/**
 * How far the flow's times are shifted toward noise, where words decide what a picture becomes: logit-normal times of
 * mean log(3) (Esser et al. 2024, sections 3.1 and 5.3.2; decision 18).
 */
const TIME_SHIFT = 3;

const flowTime = (part: "alpha" | "sigma" | "time"): Source => ({
  kind: "flow-time",
  sample: TIME,
  shift: TIME_SHIFT,
  part,
});

/** One data set's training pictures; `first` counts those of the sets before it. */
type Pool = { cache: LatentCache; indices: readonly number[]; first: number };

function poolsOf(caches: readonly LatentCache[]): Pool[] {
  let first = 0;
  return caches.map((cache) => {
    const pool = { cache, indices: trainingIndices(cache.dataset), first };
    first += pool.indices.length;
    return pool;
  });
}

/** What is drawn for each sample of a step: its picture and variant, its words, how much of it is noise. */
function chooser(
  pools: readonly Pool[],
  tokenizer: WordTokenizer,
  { objective, batchSize, seed, weights, dropCondition, alphasCumprod }: DenoiserTaskOptions,
) {
  const { length } = tokenizer;
  return (step: number) => {
    const [alpha, sigma, time] = [0, 1, 2].map(() => new Float32Array(batchSize));
    const ids = new Int32Array(batchSize * length);
    const end = new Int32Array(batchSize);
    const timeDraws = counterNormal({ seed, sample: TIME, draw: step }, new Float32Array(batchSize));
    const picked = Array.from(alpha, (_, i) => {
      const rng = sampleRandom(seed, step, i);
      const pool = pools[pickWeighted(weights, rng())];
      const { cache, indices } = pool;
      const place = Math.floor(rng() * indices.length);
      const mirrored = rng() < 0.5 ? 1 : 0;
      const variant = rng() < PLAIN_SHARE ? mirrored : 2;
      const record = cache.dataset.records[indices[place]];
      const dropped = rng() < dropCondition;
      const said = dropped ? "" : caption(record, { rng, ...cache.view(indices[place], variant) });
      const tokens = tokenizer.encode(said);
      ids.set(tokens.ids, i * length);
      end[i] = tokens.end;
      if (objective === "flow") {
        const t = TIME_SHIFT / (TIME_SHIFT + Math.exp(-timeDraws[i]));
        [alpha[i], sigma[i], time[i]] = [1 - t, t, t * 1000];
      } else {
        const t = Math.floor(rng() * alphasCumprod!.length);
        const kept = alphasCumprod![t];
        [alpha[i], sigma[i], time[i]] = [Math.sqrt(kept), Math.sqrt(1 - kept), t];
      }
      return { pool, place, variant };
    });
    return { picked, alpha, sigma, time, ids, end };
  };
}

/** What a denoiser learns from cached latents and the words of their pictures. */
export function denoiserTask(
  config: TransformerConfig,
  text: { config: ClipTextConfig; weights: Weights; tokenizer: WordTokenizer },
  caches: readonly LatentCache[],
  options: DenoiserTaskOptions,
): Task {
  const { objective, batchSize, seed, latentShape } = options;
  const { length } = text.tokenizer;
  const latentSize = sizeOf(latentShape);
  const pools = poolsOf(caches);
  const choose = chooser(pools, text.tokenizer, options);
  const vector = { shape: [batchSize], dtype: "float32" as const };
  return {
    name: "denoiser",
    batchSize,
    frozen: text.weights,
    batch: {
      latents: { shape: [batchSize, ...latentShape], dtype: "float32" },
      noise: { shape: [batchSize, ...latentShape], dtype: "float32" },
      alpha: vector,
      sigma: vector,
      time: vector,
      ids: { shape: [batchSize, length], dtype: "int32" },
      end: { shape: [batchSize], dtype: "int32" },
    },
    loss: (scope, { latents, noise, alpha, sigma, time, ids, end }) => {
      const each = (sym: Sym): Sym => reshape(sym, [sym.shape[0], 1, 1, 1, 1]);
      const x = add(mul(latents, each(alpha)), mul(noise, each(sigma)));
      const hidden = textHiddenStates(new Scope(), ids, text.config); // frozen: outside the learning scope
      const textBias = textBiasOf(tokenMask(end, length));
      const predicted = transformer(scope, { x, time, text: hidden, textBias }, config);
      return { loss: meanSquaredError(predicted, objective === "flow" ? sub(noise, latents) : noise) };
    },
    recipe: {
      seed,
      sources: {
        latents: { kind: "latents" },
        noise: { kind: "normal", sample: NOISE },
        ...(objective === "flow" && { alpha: flowTime("alpha"), sigma: flowTime("sigma"), time: flowTime("time") }),
      },
      choose: (step) => {
        const { picked, alpha, sigma, time, ...tokens } = choose(step);
        const row = Int32Array.from(picked, ({ pool, place, variant }) => (pool.first + place) * VARIANTS + variant);
        return { row, ...tokens, ...(objective === "noise" && { alpha, sigma, time }) };
      },
      datasets: caches.map(({ dataset }) => dataset),
      variants: {
        count: VARIANTS,
        view: (picture, variant) => {
          const { cache, indices, first } = pools.findLast((pool) => pool.first <= picture)!;
          return cache.view(indices[picture - first], variant);
        },
      },
    },
    makeBatch: (step) => {
      const latents = new Float32Array(batchSize * latentSize);
      const { picked, ...rest } = choose(step);
      picked.forEach(({ pool: { cache, indices }, place, variant }, i) => {
        const from = (indices[place] * VARIANTS + variant) * latentSize;
        latents.set(cache.values.subarray(from, from + latentSize), i * latentSize);
      });
      const noise = counterNormal({ seed, sample: NOISE, draw: step }, new Float32Array(batchSize * latentSize));
      return { latents, noise, ...rest };
    },
  };
}
