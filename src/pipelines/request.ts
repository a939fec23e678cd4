// A request with nothing left open: the model's defaults filled in, the seeds drawn, the size checked.
import { DriftfieldError } from "../core/index.ts";
import type { TextToImageModel } from "../models/types.ts";

/** A request for pictures. What is left out is the model's own default. `options` holds the same as rules. */
export type GenerateRequest = {
  /** What the picture shows. Only a model that takes no text goes without; a blank one is for published models. */
  prompt?: string;
  /** What it shouldn't show: guidance leads away from it instead of from the learned null condition. */
  negativePrompt?: string;
  /** Steps from noise to picture, 1 to 1000. */
  numInferenceSteps?: number;
  /** How strongly the prompt steers, 0 to 50: guided = uncond + g (cond - uncond); 1 is off. */
  guidanceScale?: number;
  /** How far the guided prediction is scaled back to the spread of the conditioned one, 0 (not) to 1. */
  guidanceRescale?: number;
  /** How far a given picture is noised, above 0 (as it is) to 1 (none of it is left); 0.8, or 1 with a mask. */
  strength?: number;
  /** A name of the registry `samplers`. */
  sampler?: string;
  /** Where the steps lie between noise and picture. */
  timestepSpacing?: "linspace" | "leading" | "trailing";
  /** How the noise levels lie, instead of as the steps have them. */
  sigmaSchedule?: "karras" | "exponential" | "beta";
  /** Randomness of DDIM's steps, 0 (none) to 1 (DDPM's). */
  eta?: number;
  /** Noise that each step adds, 1 (as derived) to 0 (none). */
  noiseScale?: number;
  /** Picture i of `count` uses seed + i. Drawn at random when left out. */
  seed?: number;
  /** A picture for each of these, instead of `seed` and `count`. */
  seeds?: number[];
  count?: number;
  /** Size in pixels: what the model makes. */
  width?: number;
  height?: number;
  /** Pictures evaluated at once (1 unless given): with more, their last bits may differ. */
  batchSize?: number;
  /** How noise is drawn: keyed by (seed, sample, step), or as PyTorch does on a CPU. */
  rng?: "counter" | "torch";
};

/** What a pipeline runs: every setting has its value. `seeds` has one entry a picture. */
export type ResolvedRequest = {
  /** Undefined where the model takes none. */
  prompt: string | undefined;
  negativePrompt: string | undefined;
  numInferenceSteps: number;
  guidanceScale: number;
  guidanceRescale: number;
  /** Undefined without a picture to start from. */
  strength: number | undefined;
  /** Undefined: the scheduler's own. */
  sampler: string | undefined;
  timestepSpacing: GenerateRequest["timestepSpacing"];
  sigmaSchedule: GenerateRequest["sigmaSchedule"];
  /** Undefined: what the sampler does of itself. */
  eta: number | undefined;
  noiseScale: number;
  seeds: number[];
  width: number;
  height: number;
  batchSize: number;
  rng: "counter" | "torch";
};

/** The picture that a request starts from, as far as it decides sizes and strength. */
export type StartingPicture = { width: number; height: number; isMasked: boolean };

/** What of a model a request is filled in from. */
type Asked = Pick<TextToImageModel, "name" | "config" | "isReference">;

/**
 * Fills `given` in with the model's defaults. Without a seed, one is drawn; picture i of `count` gets seed + i.
 * Throws DriftfieldError "invalid_option" for a prompt that is missing (or blank, where the
 * model isn't a published one), a size that the model doesn't make and a
 * seed + i beyond 2^53 - 1.
 */
export function resolveRequest(
  model: Asked,
  given: GenerateRequest,
  picture?: StartingPicture,
): ResolvedRequest {
  const { defaults, isUnconditional = false } = model.config;
  if (given.prompt === undefined && !isUnconditional) throw needsPrompt(model.name);
  if (isBlank(given.prompt) && !model.isReference) throw needsPrompt(model.name, given.prompt);
  return {
    prompt: given.prompt,
    negativePrompt: given.negativePrompt,
    numInferenceSteps: given.numInferenceSteps ?? defaults.numInferenceSteps,
    guidanceScale: given.guidanceScale ?? defaults.guidanceScale,
    guidanceRescale: given.guidanceRescale ?? 0,
    strength: picture && (given.strength ?? (picture.isMasked ? 1 : 0.8)),
    sampler: given.sampler ?? defaults.sampler,
    timestepSpacing: given.timestepSpacing,
    sigmaSchedule: given.sigmaSchedule,
    eta: given.eta,
    noiseScale: given.noiseScale ?? 1,
    seeds: given.seeds ?? consecutive(given.seed ?? randomSeed(), given.count ?? 1),
    ...sizeOf(model, given, picture),
    batchSize: given.batchSize ?? 1,
    rng: given.rng ?? defaults.rng ?? "counter",
  };
}

/** The size asked for; else of the picture to start from, as far as the model makes it; else the model's own. */
function sizeOf(
  { name, config }: Asked,
  given: GenerateRequest,
  picture: StartingPicture | undefined,
): { width: number; height: number } {
  const { imageSize, sizes } = config;
  const step = sizes?.multiple ?? 1;
  const whole = (side: number) => Math.max(step, side - (side % step));
  const own = sizes ?? { width: imageSize, height: imageSize };
  const follows = sizes !== undefined && picture !== undefined && !picture.isMasked;
  const usual = follows ? { width: whole(picture.width), height: whole(picture.height) } : own;
  const { width = usual.width, height = usual.height } = given;
  const fits = sizes ? width % step === 0 && height % step === 0 : width === imageSize && height === imageSize;
  if (fits) return { width, height };
  const expected = sizes ? `multiples of ${step}` : `${imageSize}x${imageSize}`;
  const near = sizes ? `${whole(width)}x${whole(height)}` : expected;
  const makes = `the model "${name}" makes pictures of ${sizes ? `sides that are ${expected}` : expected}`;
  throw new DriftfieldError("invalid_option", `${makes}, got size ${width}x${height}`, {
    path: "size",
    received: `${width}x${height}`,
    expected,
    hint: `Leave the size out, or give ${near}.`,
  });
}

const isBlank = (prompt: string | undefined): boolean => prompt?.trim() === "";

export function needsPrompt(model: string, prompt?: string): DriftfieldError {
  return new DriftfieldError("invalid_option", `the model "${model}" needs a prompt: what the picture shows`, {
    path: "prompt",
    received: prompt ?? "nothing",
    expected: "text that isn't empty",
    hint: 'Give a prompt, for example "a cat wearing a hat".',
  });
}

function consecutive(seed: number, count: number): number[] {
  // The sum itself would round beyond the largest safe integer.
  if (seed > Number.MAX_SAFE_INTEGER - (count - 1)) {
    throw new DriftfieldError(
      "invalid_option",
      `seed ${seed} and ${count} pictures go beyond the last seed, ${Number.MAX_SAFE_INTEGER}`,
      {
        path: "seed",
        received: seed,
        expected: `seed + count - 1 of at most ${Number.MAX_SAFE_INTEGER}`,
        hint: `Give a seed of at most ${Number.MAX_SAFE_INTEGER - count + 1}.`,
      },
    );
  }
  return Array.from({ length: count }, (_, i) => seed + i);
}

// 32 bits: short enough to be typed again, and the same stream in PyTorch, which reads no more of a seed.
function randomSeed(): number {
  return globalThis.crypto.getRandomValues(new Uint32Array(1))[0];
}

/** The request that makes picture `seed` of `resolved` again: the library form, every setting written out. */
export function requestOfPicture(resolved: ResolvedRequest, seed: number): GenerateRequest {
  const { seeds: _, batchSize: __, ...rest } = resolved;
  return { ...rest, seed };
}
