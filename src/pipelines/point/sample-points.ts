// From a point model to points: the walk of a whole cloud, as records of its steps or as its end.
import { DriftfieldError, type Tensor } from "../../core/index.ts";
import { classifierFree, sample, withSampler, type SampleOptions, type StepRecord } from "../../diffusion/index.ts";
import { asSampled, cloudGenerator, type Classes, type PointModel } from "../../models/point/index.ts";
import { torchGenerator, type Generator } from "../../random/index.ts";

export type PointsRequest = {
  /** How many points: 500 by default, or as many as `initial` has. */
  count?: number;
  /** 20 by default. */
  numInferenceSteps?: number;
  /** A sampler's name: the model's own ("accelerated", "euler" for flow models) by default. */
  sampler?: string;
  /** What the sampler may be told: see StepOptions of driftfield/diffusion. */
  gamma?: number;
  mu?: number;
  eta?: number;
  noiseScale?: number;
  /** 0 by default. */
  seed?: number;
  /** Noise keyed by (seed, point, step), or drawn as PyTorch does after torch.manual_seed(seed). */
  rng?: "counter" | "torch";
  /** Where to start, (N, 2) in the sampler's own space: noise of the seed times plan.initNoiseSigma by default. */
  initial?: Tensor;
  /**
   * Goes on from `initial` as where this many evaluations have led (0 by default): to branch off another walk. With
   * counter noise the later steps have the noise that they have in a whole walk; a sampler that remembers earlier
   * steps begins anew.
   */
  startStep?: number;
  /** The class of all points, or of each: unconditioned by default. */
  classes?: Classes;
  /** The class to steer away from, instead of from none. */
  negativeClasses?: Classes;
  /** 1 (off) by default; guided = uncond + scale (cond - uncond). */
  guidanceScale?: number;
};

/** What a request means for `sample` of driftfield/diffusion: options with the start drawn and everything checked. */
export function pointsRun(model: PointModel, request: PointsRequest = {}): SampleOptions & { x: Tensor } {
  const { numInferenceSteps: steps = 20, seed = 0, rng = "counter", guidanceScale = 1, initial } = request;
  const { sampler, gamma, mu, eta, noiseScale, classes, negativeClasses: negative, startStep = 0 } = request;
  const scheduler = sampler === undefined ? model.scheduler : withSampler(model.scheduler, sampler);
  const plan = scheduler.plan(steps);
  const count = request.count ?? initial?.shape[0] ?? 500;
  checkCloud(count, initial, classes);
  if (guidanceScale !== 1 && classes === undefined) throw nothingToGuide(guidanceScale);
  if (startStep !== 0) checkStart(startStep, plan.timesteps.length, request);
  const draw = initial === undefined ? 0 : 1 + startStep; // the steps' noise is keyed from 1 on, wherever it starts
  const generator: Generator = rng === "torch" ? torchGenerator(seed) : cloudGenerator({ seed, draw });
  const x = initial ?? scaled(generator.randn([count, model.config.dim]), plan.initNoiseSigma);
  return {
    scheduler,
    plan,
    x,
    ...(startStep > 0 && { state: { index: startStep, x, memory: [] } }),
    model: asSampled(model, { classes, negative }),
    generator,
    ...(guidanceScale !== 1 && { guidance: classifierFree({ scale: guidanceScale }) }),
    ...(gamma !== undefined && { gamma }),
    ...(mu !== undefined && { mu }),
    ...(eta !== undefined && { eta }),
    ...(noiseScale !== undefined && { noiseScale }),
  };
}

/**
 * Walks a cloud of points from noise to data: a record an evaluation, then the last points (N, 2).
 * @throws DriftfieldError as `sample` of driftfield/diffusion does, and "invalid_option" for a request that doesn't fit
 */
export function pointSteps(
  model: PointModel,
  request: PointsRequest = {},
  { signal }: { signal?: AbortSignal } = {},
): AsyncGenerator<StepRecord, Tensor> {
  return sample({ ...pointsRun(model, request), ...(signal && { signal }) });
}

/** The points (N, 2) that a walk ends at. */
export async function samplePoints(
  model: PointModel,
  request: PointsRequest = {},
  options: { signal?: AbortSignal } = {},
): Promise<Tensor> {
  const steps = pointSteps(model, request, options);
  for (;;) {
    const { done, value } = await steps.next();
    if (done) return value;
  }
}

const scaled = ({ data, shape }: Tensor, by: number): Tensor => ({ data: data.map((value) => value * by), shape });

function checkCloud(count: number, initial: Tensor | undefined, classes: Classes | undefined): void {
  if (!Number.isInteger(count) || count < 1 || count > 1_000_000) {
    throw misfit("count", count, "a whole number from 1 to 1000000", "2000 points show a distribution well.");
  }
  if (initial !== undefined && initial.data.length !== 2 * count) {
    throw misfit("initial", `${initial.data.length / 2} points`, `${count} points`, "Leave count out.");
  }
  if (typeof classes === "object" && classes.length !== count) {
    throw misfit("classes", `${classes.length} classes`, `${count}: one a point, or one for all`, "Give as many.");
  }
}

function checkStart(step: number, total: number, { initial, rng }: PointsRequest): void {
  if (!Number.isInteger(step) || step < 0 || step >= total) {
    throw misfit("startStep", step, `a whole number from 0 to ${total - 1}`, `The walk has ${total} evaluations.`);
  }
  if (initial === undefined) throw misfit("startStep", step, "0, or `initial` beside it", "Give the places to go on from.");
  if (rng === "torch") {
    throw misfit("rng", rng, "counter where a walk goes on", "PyTorch's generator can't be put to a later step.");
  }
}

function nothingToGuide(scale: number): DriftfieldError {
  return misfit("guidanceScale", scale, "1, or a class beside it", "Give the class to steer to.");
}

function misfit(path: string, received: unknown, expected: string, hint: string): DriftfieldError {
  return new DriftfieldError("invalid_option", `${path} must be ${expected}, got ${String(received)}`, {
    path,
    received,
    expected,
    hint,
  });
}
