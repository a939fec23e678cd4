// Training the autoencoder: pictures of the data sets, mirrored at random, over white or a colour. The decoder may go
// on alone, on latents that stay as they are, as Stable Diffusion's did (its "ft-mse" autoencoder).
import { sizeOf } from "../core/index.ts";
import { abs, add, cast, mean, meanOverRanks, mul, reshape, slice, square, sub, sum, type Sym } from "../graph/index.ts";
import { BACKGROUND_NAMES, mayFlip, type Dataset } from "../data/index.ts";
import { decode, encode } from "../models/vae/autoencoder.ts";
import { latentSize, type AutoencoderConfig } from "../models/vae/config.ts";
import { Scope } from "../nn/index.ts";
import { counterNormal, counterUniform } from "../random/index.ts";
import type { Weights } from "../runtime/index.ts";
import { backgroundNumber, drawChosen } from "./recipe.ts";
import type { Task } from "./train.ts";

const LATENT_NOISE = 0.1;
const LATENT_PENALTY = 0.02;
/** What the squared error weighs beside the absolute one: while both learn, and for the decoder's last touch. */
const [SQUARES, LAST_SQUARES] = [0.5, 4];
const WHITE_SHARE = 0.7;
const WHITE = backgroundNumber("white");

/** Pixels of 8 bits to [-1, 1]. */
export const fromPixels = (pixels: Sym): Sym => sub(mul(cast(pixels, "float32"), 2 / 255), 1);

/** L1 + the squared error's share + half the L1 of neighbours' differences (which keeps edges sharp). */
function reconstructionLoss(x: Sym, y: Sym, squares: number): Sym {
  const difference = sub(y, x);
  const [, h, w] = difference.shape as number[];
  const across = sub(slice(difference, 2, 1, w), slice(difference, 2, 0, w - 1));
  const down = sub(slice(difference, 1, 1, h), slice(difference, 1, 0, h - 1));
  const edges = mul(add(mean(abs(across)), mean(abs(down))), 0.25);
  return add(add(mean(abs(difference)), mul(mean(square(difference)), squares)), edges);
}

/** Keeps each latent channel near zero mean and unit variance over the batch. */
function latentPenalty(latents: Sym, ranks: number): Sym {
  const flat = reshape(latents, [-1, latents.shape[3]]);
  const average = meanOverRanks(mean(flat, { axes: [0] }), ranks);
  const variance = sub(meanOverRanks(mean(square(flat), { axes: [0] }), ranks), square(average));
  return mul(add(mean(square(average)), mean(square(sub(variance, 1)))), LATENT_PENALTY);
}

export type AutoencoderTaskOptions = {
  batchSize: number;
  seed: number;
  /** An encoder that doesn't learn ("encoder. ..."): the decoder goes on alone, and the latents stay. */
  encoder?: Weights;
};

/** The task of reconstructing the training pictures of `datasets`. */
export function autoencoderTask(
  config: AutoencoderConfig,
  datasets: readonly Dataset[],
  { batchSize, seed, encoder }: AutoencoderTaskOptions,
): Task {
  const size = config.sample_size;
  const latent = [batchSize, latentSize(config), latentSize(config), config.latent_channels];
  const pool = datasets.flatMap((dataset) =>
    dataset.records.flatMap((record, index) =>
      record.split === "train" ? [{ dataset, index, flips: mayFlip(record) }] : [],
    ),
  );
  const choose = (step: number) => {
    const [picture, flip, background] = [0, 1, 2].map(() => new Int32Array(batchSize));
    const draws = counterUniform({ seed, sample: 1, draw: step }, new Float32Array(batchSize * 4));
    for (let i = 0; i < batchSize; i++) {
      const [which, mirrored, white, colour] = draws.subarray(i * 4);
      picture[i] = Math.floor(which * pool.length);
      flip[i] = Number(pool[picture[i]].flips && mirrored < 0.5);
      background[i] = white < WHITE_SHARE ? WHITE : Math.floor(colour * BACKGROUND_NAMES.length);
    }
    return { picture, flip, background };
  };
  return {
    name: encoder ? "vae-decoder" : "vae",
    batchSize,
    ...(encoder && { frozen: encoder }),
    batch: {
      pixels: { shape: [batchSize, size, size, 3], dtype: "uint8" },
      noise: { shape: latent, dtype: "float32" },
    },
    loss: (scope, { pixels, noise }, ranks = 1) => {
      const x = fromPixels(pixels);
      const latents = encode((encoder ? new Scope() : scope).at("encoder"), x, config);
      const y = decode(scope.at("decoder"), add(latents, mul(noise, LATENT_NOISE)), config);
      const mse = mul(sum(square(sub(y, x))), 1 / sizeOf(x.shape as number[]));
      if (encoder) return { loss: reconstructionLoss(x, y, LAST_SQUARES), records: { mse } };
      return { loss: add(reconstructionLoss(x, y, SQUARES), latentPenalty(latents, ranks)), records: { mse } };
    },
    recipe: {
      seed,
      sources: { pixels: { kind: "pictures", factor: 1 }, noise: { kind: "normal", sample: 2 } },
      choose,
      datasets,
    },
    makeBatch: (step) => {
      const pixels = new Uint8Array(batchSize * size * size * 3);
      const rgba = new Uint8Array(size * size * 4);
      const { picture, flip, background } = choose(step);
      for (let i = 0; i < batchSize; i++) {
        const { dataset, index } = pool[picture[i]];
        const out = pixels.subarray(i * size * size * 3, (i + 1) * size * size * 3);
        drawChosen(dataset, index, [flip[i], background[i]], rgba, out);
      }
      const noise = counterNormal({ seed, sample: 2, draw: step }, new Float32Array(latent.reduce((a, b) => a * b, 1)));
      return { pixels, noise };
    },
  };
}
