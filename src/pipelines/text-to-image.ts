// Prompt in, pictures out: the text becomes a condition, noise walks along the guided field, the end is decoded.
import { breathe, type OnProgress, type Tensor, tensor, throwIfAborted } from "../core/index.ts";
import { classifierFree, type Prediction, sample, type StepRecord } from "../diffusion/index.ts";
import { sha256 } from "../files/index.ts";
import type { RgbImage, TextCondition, TextToImageModel } from "../models/types.ts";
import { counterGenerator, type Generator, torchGenerator } from "../random/index.ts";
import { conditionsOf, repeatRows } from "./conditions.ts";
import { stepProgress } from "./progress.ts";
import { type GenerateRequest, type ResolvedRequest, resolveRequest, type StartingPicture } from "./request.ts";
import { schedulerFor } from "./scheduler.ts";
import { stackGenerators } from "./stack-generators.ts";
import { latentShapeOf, prepare, startOf } from "./start.ts";
import { startWarnings } from "./warnings.ts";

/** A picture: 8-bit RGB, row by row; `sha256` is the hash of `data`. */
export type GeneratedImage = { width: number; height: number; data: Uint8Array; seed: number; sha256: string };

export type GenerateResult = {
  images: GeneratedImage[];
  model: string;
  modelHash: string;
  /** Everything that decided the pictures, defaults and drawn seeds included. */
  request: ResolvedRequest;
  warnings: string[];
  /** How often the model was evaluated; with and without the prompt at once counts once. */
  evaluations: number;
  /** From the request to the last picture; loading isn't in it. */
  seconds: number;
  /** The prompt as the denoiser got it, (1, L, D); none where it takes no text. */
  promptEmbeds?: Tensor;
};

/** A step of one picture, or of `seeds.length` pictures that are evaluated at once. */
export type PictureStep = StepRecord & { stage: string; seeds: readonly number[] };

export type RunOptions = {
  signal?: AbortSignal;
  onProgress?: OnProgress;
  /** Start here instead of at the seed's noise: (1, C, ...), in the sampler's own space. */
  latents?: Tensor;
  /** Start from this picture, noised as far as `strength` says; brought to the request's size. */
  image?: RgbImage;
  /** What of the picture is made anew: where this is at least half bright. The rest stays. */
  mask?: RgbImage;
  /** Sees every step. */
  onStep?: (step: PictureStep) => void;
  /** Gets every picture as soon as it is there; awaited. */
  onImage?: (image: GeneratedImage, request: ResolvedRequest) => void | Promise<void>;
};

export const runOptionNames: readonly (keyof RunOptions)[] = [
  "signal",
  "onProgress",
  "latents",
  "image",
  "mask",
  "onStep",
  "onImage",
];

export type TextToImagePipeline = {
  readonly model: TextToImageModel;
  /** [C, ...] of one picture's latents for such a request. Throws "invalid_option" for a size that it doesn't make. */
  latentShape(request: GenerateRequest, image?: RgbImage, mask?: RgbImage): readonly number[];
  /**
   * Makes the pictures of `request`. Throws DriftfieldError: "invalid_option", "unknown_option", and "aborted"
   * within one step of `signal`.
   */
  generate(request: GenerateRequest, options?: RunOptions): Promise<GenerateResult>;
  /** The same, one record a step; returns what `generate` returns. Breaking out of the loop stops the work. */
  stream(request: GenerateRequest, options?: RunOptions): AsyncGenerator<PictureStep, GenerateResult>;
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Makes a pipeline of a model. It owns the model: disposing of the pipeline disposes of the model. */
export function textToImage(model: TextToImageModel): TextToImagePipeline {
  const stream = (request: GenerateRequest, options: RunOptions = {}) => run(model, request, options);
  return {
    model,
    latentShape: (request, image, mask) => latentShapeOf(model, resolveRequest(model, request, starting(image, mask))),
    stream,
    async generate(request, options = {}) {
      const steps = stream(request, options);
      for (;;) {
        const step = await steps.next();
        if (step.done) return step.value;
      }
    },
    dispose: () => model.dispose(),
    [Symbol.asyncDispose]: () => model.dispose(),
  };
}

async function* run(
  model: TextToImageModel,
  request: GenerateRequest,
  { signal, onProgress, latents, image, mask, onStep, onImage }: RunOptions,
): AsyncGenerator<PictureStep, GenerateResult> {
  const began = performance.now();
  const given = { latents, image, mask };
  const resolved = resolveRequest(model, request, starting(image, mask));
  throwIfAborted(signal);
  const { scheduler, plan, warnings: samplerWarnings } = schedulerFor(model, resolved, mask !== undefined);
  const said = { ...resolved, sampler: resolved.sampler ?? scheduler.sampler.name };
  const conditions = await conditionsOf(model, resolved);
  const prepared = await prepare(model, given, resolved);
  const { isGuided = false, isUnconditional = false, loadsInTurn = false } = model.config;
  const scale = isGuided || isUnconditional ? 1 : resolved.guidanceScale;
  const guidance = classifierFree({ scale, rescale: resolved.guidanceRescale });
  const report = stepProgress(onProgress, Math.ceil(resolved.seeds.length / resolved.batchSize));

  let evaluations = 0;
  const images: GeneratedImage[] = [];
  const waiting: { seed: number; latents: Tensor }[] = [];
  const decodeWaiting = async (): Promise<void> => {
    for (const { seed, latents: end } of waiting.splice(0)) {
      throwIfAborted(signal);
      const data = await model.decode(end);
      const picture = { width: resolved.width, height: resolved.height, data, seed, sha256: await sha256([data]) };
      images.push(picture);
      await onImage?.(picture, said);
    }
  };
  for (let first = 0; first < resolved.seeds.length; first += resolved.batchSize) {
    const seeds = resolved.seeds.slice(first, first + resolved.batchSize);
    const generator = noiseOf(resolved.rng, seeds);
    const { x, inpaint, hold } = startOf(model, given, prepared, resolved, plan, generator, seeds.length);
    const texts: Record<string, TextCondition> = {
      cond: repeatCondition(conditions.cond, seeds.length),
      uncond: repeatCondition(conditions.uncond, seeds.length),
    };
    const predict = async (at: Tensor, t: number, want: readonly string[]): Promise<Prediction> => {
      await breathe();
      throwIfAborted(signal);
      evaluations++;
      const asked = want.map((name) => texts[name]);
      const predictions = await model.denoise(at, t, asked, { inpaint, guidanceScale: resolved.guidanceScale });
      return Object.fromEntries(want.map((name, i) => [name, predictions[i]])) as Prediction;
    };
    let end = x;
    const steps = sample({
      scheduler,
      plan,
      x,
      model: predict,
      guidance,
      generator,
      // Its pipelines of texts say 0 to every sampler that asks.
      eta: resolved.eta ?? (model.isReference && !isUnconditional ? 0 : undefined),
      noiseScale: resolved.noiseScale,
      signal,
      hold,
    });
    for await (const record of steps) {
      end = record.next;
      const step = Object.assign(record, { stage: "denoise", seeds });
      report(step.index, step.total);
      onStep?.(step);
      yield step;
    }
    report.next();
    for (const [row, seed] of seeds.entries()) waiting.push({ seed, latents: rowOf(end, row) });
    if (!loadsInTurn) await decodeWaiting();
  }
  await decodeWaiting();
  return {
    images,
    model: model.name,
    modelHash: model.hash,
    request: said,
    warnings: [...conditions.warnings, ...samplerWarnings, ...startWarnings(request, given)],
    evaluations,
    seconds: (performance.now() - began) / 1000,
    ...(isUnconditional ? {} : { promptEmbeds: conditions.cond.hidden }),
  };
}

const starting = (image: RgbImage | undefined, mask: RgbImage | undefined): StartingPicture | undefined =>
  image && { width: image.width, height: image.height, isMasked: mask !== undefined };

function noiseOf(rng: ResolvedRequest["rng"], seeds: readonly number[]): Generator {
  const generators = seeds.map((seed) => (rng === "torch" ? torchGenerator(seed) : counterGenerator({ seed })));
  return generators.length === 1 ? generators[0] : stackGenerators(generators);
}

function repeatCondition(condition: TextCondition, rows: number): TextCondition {
  return { hidden: repeatRows(condition.hidden, rows), mask: repeatRows(condition.mask, rows) };
}

function rowOf(batch: Tensor, row: number): Tensor {
  const [rows, ...rest] = batch.shape;
  const size = batch.data.length / rows;
  return tensor([1, ...rest], batch.data.slice(row * size, (row + 1) * size));
}
