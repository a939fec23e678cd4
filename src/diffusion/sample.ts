// The core loop: every consumer (command line, server, studio, tests) iterates this one generator.
import { DriftfieldError, throwIfAborted, type Tensor } from "../core/index.ts";
import type { Generator } from "../random/index.ts";
import { unguided, type Guidance, type NamedPredictions, type Prediction } from "./guidance.ts";
import type { Plan } from "./plan.ts";
import type { StepOptions } from "./samplers/sampler.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Outcome, SamplerState } from "./stepper.ts";
import { allFinite } from "./sum.ts";

/**
 * A network to follow. `x` is as the checkpoint expects it (already scaled for its noise level), `t` is the model time
 * it was trained with, `want` names the predictions that guidance needs now. It returns new tensors, of x's shape.
 */
export type Model = (x: Tensor, t: number, want: readonly string[]) => Prediction | Promise<Prediction>;

/** What one evaluation did: the same for dots, pictures and clips. Derived tensors are computed when read. */
export type StepRecord = {
  /** The loop's name, in pipelines with several. */
  readonly stage?: string;
  /** 0-based entry of plan.timesteps, and how many there are. */
  readonly index: number;
  readonly total: number;
  /** Model time; noise and signal scale of x before the step. */
  readonly t: number;
  readonly sigma: number;
  readonly alpha: number;
  readonly x: Tensor;
  /** In the model's own prediction type. */
  readonly prediction: { readonly [name: string]: Tensor | undefined; readonly guided: Tensor };
  /** The estimate of the clean sample, after guidance. */
  readonly denoised: Tensor;
  /** What the step added, if it adds any. */
  readonly noise?: Tensor;
  readonly next: Tensor;
  /** Where the run stands now: `sample({ ..., state })` goes on from here, or branches. */
  readonly state: SamplerState;
};

export type SampleOptions = StepOptions & {
  scheduler: Scheduler;
  plan: Plan;
  /** Where to start, in the sampler's own space: unit noise times plan.initNoiseSigma. Not written to. */
  x?: Tensor;
  /** Instead of x: a record's state to go on from (with the generator put to state.generator). */
  state?: SamplerState;
  model: Model;
  guidance?: Guidance;
  generator?: Generator;
  signal?: AbortSignal;
  /** Put into every record, for pipelines with several loops. */
  stage?: string;
  /** What becomes of a step's result before the next one, of x's shape: in-painting holds x to a picture. */
  hold?: (next: Tensor, index: number) => Tensor;
};

/**
 * Walks from noise to data: yields one record an evaluation, returns the last `next`. Breaking out stops it.
 * Nothing in the scheduler, plan or inputs changes, so runs may be interleaved.
 * @throws DriftfieldError: "aborted" before the evaluation that follows the signal; "not_finite" naming step and t when
 *   the model says NaN or infinity; "shape_mismatch"; "invalid_option" when noise is needed and there's no generator.
 */
export async function* sample(options: SampleOptions): AsyncGenerator<StepRecord, Tensor> {
  const { scheduler, plan, model, guidance = unguided, generator, signal, stage, hold } = options;
  const stepper = scheduler.stepper(plan, options);
  const total = plan.timesteps.length;
  let state = options.state ?? stepper.begin(needStart(options.x));
  while (state.index < total) {
    throwIfAborted(signal);
    const { index, x } = state;
    const [t, level] = [plan.timesteps[index], plan.levels[index]];
    const moment = { level, t, index, total };
    const said = await model(stepper.scaleModelInput(x, index), t, guidance.wants(moment));
    const predictions = isTensor(said) ? { cond: said } : said;
    const guided = guidance.combine(predictions, moment);
    const free = stepper.step(state, guided, generator);
    if (!free.finite && !allFinite(guided.data)) throw notFinite(index, total, t);
    const outcome = hold ? { ...free, state: { ...free.state, x: hold(free.state.x, index) } } : free;
    const where = { stage, index, total, t, sigma: level.sigma, alpha: level.alpha, x };
    yield record(where, predictions, guided, outcome);
    state = outcome.state;
  }
  return state.x;
}

type Where = Pick<StepRecord, "stage" | "index" | "total" | "t" | "sigma" | "alpha" | "x">;

function record(where: Where, predictions: NamedPredictions, guided: Tensor, outcome: Outcome): StepRecord {
  let denoised: Tensor | undefined;
  let noise: Tensor | undefined;
  return {
    ...where,
    prediction: { ...predictions, guided },
    get denoised() {
      return (denoised ??= outcome.denoised());
    },
    get noise() {
      return (noise ??= outcome.noise?.());
    },
    next: outcome.state.x,
    state: outcome.state,
  };
}

function isTensor(said: Prediction): said is Tensor {
  return ArrayBuffer.isView((said as Tensor).data);
}

function needStart(x: Tensor | undefined): Tensor {
  if (x !== undefined) return x;
  throw new DriftfieldError("invalid_option", "sampling needs a point to start from", {
    path: "x",
    expected: "a tensor, or a state to go on from",
    hint: "pass unit noise times plan.initNoiseSigma as `x`",
  });
}

function notFinite(index: number, total: number, t: number): DriftfieldError {
  return new DriftfieldError(
    "not_finite",
    `the model said NaN or infinity at step ${index + 1} of ${total} (t = ${t})`,
    {
      path: "model",
      received: "NaN or infinity",
      expected: "finite numbers",
      hint: "check the weights and their precision (float16 overflows), or lower the guidance scale",
    },
  );
}
