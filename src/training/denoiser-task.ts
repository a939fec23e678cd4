// Training the denoiser: a picture's latents, noise of a random strength, and the words; what to predict is the
// velocity of the straight path (flow matching) or the noise (DDPM).
import { add, constant, meanSquaredError, mul, reshape, sub, type Sym } from "../graph/index.ts";
import { caption } from "../data/index.ts";
import { textHiddenStates, tokenMask } from "../models/clip/clip.ts";
import type { ClipTextConfig } from "../models/clip/config.ts";
import type { WordTokenizer } from "../models/clip/tokenizer.ts";
import type { TransformerConfig } from "../models/transformer/config.ts";
import { transformer } from "../models/transformer/transformer.ts";
import { Scope } from "../nn/index.ts";
import { counterNormal } from "../random/index.ts";
import type { Weights } from "../runtime/index.ts";
import { VARIANTS, type LatentCache } from "./latents.ts";
import { pickWeighted, sampleRandom } from "./pictures.ts";
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

const MASKED = -1e9;
const PLAIN_SHARE = 0.8; // of the samples on white

/** What a denoiser learns from cached latents and the words of their pictures. */
export function denoiserTask(
  config: TransformerConfig,
  text: { config: ClipTextConfig; weights: Weights; tokenizer: WordTokenizer },
  caches: readonly LatentCache[],
  options: DenoiserTaskOptions,
): Task {
  const { objective, batchSize, seed, weights, dropCondition, latentShape } = options;
  const { length } = text.tokenizer;
  const latentSize = latentShape.reduce((a, b) => a * b, 1);
  const pools = caches.map((cache) => ({
    cache,
    indices: cache.dataset.records.flatMap((record, index) => (record.split === "train" ? [index] : [])),
  }));
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
      const each = (sym: Sym): Sym => reshape(sym, [batchSize, 1, 1, 1, 1]);
      const x = add(mul(latents, each(alpha)), mul(noise, each(sigma)));
      const hidden = textHiddenStates(new Scope(), ids, text.config); // frozen: outside the learning scope
      const textBias = mul(sub(constant(1), tokenMask(end, length)), MASKED);
      const predicted = transformer(scope, { x, time, text: hidden, textBias }, config);
      return { loss: meanSquaredError(predicted, objective === "flow" ? sub(noise, latents) : noise) };
    },
    makeBatch: (step) => {
      const latents = new Float32Array(batchSize * latentSize);
      const [alpha, sigma, time] = [0, 1, 2].map(() => new Float32Array(batchSize));
      const ids = new Int32Array(batchSize * length);
      const end = new Int32Array(batchSize);
      const timeDraws = counterNormal({ seed, sample: 3, draw: step }, new Float32Array(batchSize));
      for (let i = 0; i < batchSize; i++) {
        const rng = sampleRandom(seed, step, i);
        const { cache, indices } = pools[pickWeighted(weights, rng())];
        const index = indices[Math.floor(rng() * indices.length)];
        const record = cache.dataset.records[index];
        const mirrored = rng() < 0.5 ? 1 : 0;
        const number = rng() < PLAIN_SHARE ? mirrored : 2;
        const from = (index * VARIANTS + number) * latentSize;
        latents.set(cache.values.subarray(from, from + latentSize), i * latentSize);
        const { flip, background } = cache.view(index, number);
        const dropped = rng() < dropCondition;
        const tokens = text.tokenizer.encode(dropped ? "" : caption(record, { rng, flip, background }));
        ids.set(tokens.ids, i * length);
        end[i] = tokens.end;
        if (objective === "flow") {
          const t = 1 / (1 + Math.exp(-timeDraws[i])); // logit-normal (Esser et al. 2024, section 3.1)
          [alpha[i], sigma[i], time[i]] = [1 - t, t, t * 1000];
        } else {
          const t = Math.floor(rng() * options.alphasCumprod!.length);
          const kept = options.alphasCumprod![t];
          [alpha[i], sigma[i], time[i]] = [Math.sqrt(kept), Math.sqrt(1 - kept), t];
        }
      }
      const noise = counterNormal({ seed, sample: 4, draw: step }, new Float32Array(batchSize * latentSize));
      return { latents, noise, alpha, sigma, time, ids, end };
    },
  };
}
