// Training CLIP: pictures and captions of one batch, each to find the other (Radford et al. 2021, figure 3).
import {
  add,
  cast,
  constant,
  crossEntropy,
  exp,
  equal,
  gatherRanks,
  matmul,
  max,
  mean,
  minimum,
  mul,
  range,
  reshape,
  transpose,
  type Sym,
} from "../graph/index.ts";
import type { Dataset } from "../data/index.ts";
import { imageEmbedding, textEmbedding, textHiddenStates, unit } from "../models/clip/clip.ts";
import type { ClipConfig } from "../models/clip/config.ts";
import type { WordTokenizer } from "../models/clip/tokenizer.ts";
import type { Scope } from "../nn/index.ts";
import { chooseView, drawView, sampleRandom, shrink, trainingPool, viewNumbers, type View } from "./pictures.ts";
import { fromPixels } from "./vae-task.ts";
import type { Task } from "./train.ts";

const LARGEST_SCALE = Math.log(100);

export type ClipTaskOptions = { batchSize: number; seed: number; weights: readonly number[] };

/** exp(logit_scale) u v^T for unit rows u (pictures) and v (texts): (B, B). */
function similarityLogits(scope: Scope, images: Sym, texts: Sym, config: ClipConfig): Sym {
  const scale = scope.slot("logit_scale", [], { kind: "constant", value: config.logit_scale_init_value });
  return mul(matmul(unit(images), unit(texts), { transB: true }), exp(minimum(scale, LARGEST_SCALE)));
}

/** The symmetric contrastive task over the training pictures of `datasets`. */
export function clipTask(
  config: ClipConfig,
  tokenizer: WordTokenizer,
  datasets: readonly Dataset[],
  options: ClipTaskOptions,
): Task {
  const { batchSize, seed, weights } = options;
  const size = config.vision_config.image_size;
  const { length } = tokenizer;
  const pools = trainingPool(datasets);
  const chooseViews = (step: number): View[] => {
    const seen = new Set<string>();
    return Array.from({ length: batchSize }, (_, i) =>
      chooseUnlike(seen, sampleRandom(seed, step, i), (rng) => chooseView(pools, weights, rng)),
    );
  };
  const tokensOf = (views: readonly View[]) => {
    const ids = new Int32Array(batchSize * length);
    const end = new Int32Array(batchSize);
    views.forEach(({ caption }, i) => {
      const tokens = tokenizer.encode(caption);
      ids.set(tokens.ids, i * length);
      end[i] = tokens.end;
    });
    return { ids, end };
  };
  return {
    name: "clip",
    batchSize,
    batch: {
      pixels: { shape: [batchSize, size, size, 3], dtype: "uint8" },
      ids: { shape: [batchSize, length], dtype: "int32" },
      end: { shape: [batchSize], dtype: "int32" },
    },
    loss: (scope, { pixels, ids, end }, ranks = 1) => {
      const images = imageEmbedding(scope, fromPixels(pixels), config.vision_config, config.projection_dim);
      const hidden = textHiddenStates(scope, ids, config.text_config);
      const texts = textEmbedding(scope, hidden, end, config.projection_dim);
      const logits = similarityLogits(scope, gatherRanks(images, ranks), gatherRanks(texts, ranks), config);
      const labels = range(batchSize);
      const loss = mul(add(crossEntropy(logits, labels), crossEntropy(transpose(logits, [1, 0]), labels)), 0.5);
      return { loss, records: { accuracy: shareOfBestOnDiagonal(logits, batchSize) } };
    },
    recipe: {
      seed,
      sources: { pixels: { kind: "pictures", factor: datasets[0].size / size } },
      choose: (step) => {
        const [picture, flip, background] = [0, 1, 2].map(() => new Int32Array(batchSize));
        const views = chooseViews(step);
        views.forEach((view, i) => ([picture[i], flip[i], background[i]] = viewNumbers(view)));
        return { picture, flip, background, ...tokensOf(views) };
      },
      datasets,
    },
    makeBatch: (step) => {
      const pixels = new Uint8Array(batchSize * size * size * 3);
      const full = datasets[0].size;
      const scratch = new Uint8Array(full * full * 4);
      const drawn = new Uint8Array(full * full * 3);
      const views = chooseViews(step);
      views.forEach((view, i) => {
        drawView(view, scratch, drawn);
        shrink(drawn, full, full / size, pixels.subarray(i * size * size * 3, (i + 1) * size * size * 3));
      });
      return { pixels, ...tokensOf(views) };
    },
  };
}

/** No concept and no caption twice in a batch: they would be each other's wrong answers. */
function chooseUnlike(seen: Set<string>, rng: () => number, choose: (rng: () => number) => View): View {
  let view = choose(rng);
  for (let tries = 0; tries < 20; tries++) {
    const { code } = view.entry.record;
    if (!seen.has(code) && !seen.has(view.caption)) break;
    view = choose(rng);
  }
  seen.add(view.entry.record.code);
  seen.add(view.caption);
  return view;
}

/** How many rows have their largest entry on the diagonal, 0 to 1. */
function shareOfBestOnDiagonal(logits: Sym, size: number): Sym {
  const eye = constant(
    Float32Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0)),
    [size, size],
  );
  const best = max(logits, { axes: [1], keep: true });
  return mul(mean(reshape(mul(cast(equal(logits, best), "float32"), eye), [size * size])), size);
}
