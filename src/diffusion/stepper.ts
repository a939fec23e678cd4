// The sampler without the loop: state in, state out. Whoever wants to touch x between steps drives this.
import { DriftfieldError, type Tensor } from "../core/index.ts";
import type { Generator, GeneratorState } from "../random/index.ts";
import type { DenoisedRange } from "./denoised-range.ts";
import { estimate } from "./estimate.ts";
import type { Plan } from "./plan.ts";
import type { Preconditioning } from "./preconditioning.ts";
import type { PredictionType } from "./prediction.ts";
import type { Sampler, StepOptions } from "./samplers/sampler.ts";
import { evaluate, evaluateChecked, sum, type Floats } from "./sum.ts";

/** Where a run stands, as plain data: enough to go on, branch or be stored. */
export type SamplerState = {
  /** The next entry of plan.timesteps to be evaluated. */
  readonly index: number;
  readonly x: Tensor;
  /** What the sampler remembers of earlier evaluations. */
  readonly memory: readonly Floats[];
  /** What guidance remembers of them, where it does (`Guidance.remember`). */
  readonly guidance?: Tensor | undefined;
  /** Where the generator stood after the last step, if there was one. */
  readonly generator?: GeneratorState;
};

/** One step's outcome; the tensors behind the functions are computed when they are called. */
export type Outcome = {
  readonly state: SamplerState;
  /** True when the next x shows that the prediction was finite: it is in x's sum as it is. Else nobody has looked. */
  readonly finite: boolean;
  /** The estimate of the clean sample that the step used. */
  readonly denoised: () => Tensor;
  /** What the step added, if it added any noise. */
  readonly noise: (() => Tensor) | undefined;
};

export type Stepper = {
  /** The state before the first step. `x` is in the sampler's own space and isn't copied or written to. */
  begin(x: Tensor): SamplerState;
  /** x as the network expects it at entry `index` of the plan. */
  scaleModelInput(x: Tensor, index: number): Tensor;
  /** The state after the step that `prediction`, the network's (guided) output, leads to. Pure but for `generator`. */
  advance(state: SamplerState, prediction: Tensor, generator?: Generator): SamplerState;
  /**
   * As `advance`, with what happened on the way. `unchanged`: nobody has written to state.x since a step made it, which
   * saves copying it.
   */
  step(state: SamplerState, prediction: Tensor, generator?: Generator, unchanged?: boolean): Outcome;
};

/** What a stepper is made of. */
export type StepperParts = {
  sampler: Sampler;
  plan: Plan;
  type: PredictionType;
  preconditioning?: Preconditioning;
  range?: DenoisedRange;
  options?: StepOptions;
};

/**
 * Binds a sampler to a plan. @throws DriftfieldError("invalid_option") on options out of range; its steps throw on
 * misfitting shapes and when noise is needed and there's no generator.
 */
export function stepper({ sampler, plan, type, preconditioning, range, options = {} }: StepperParts): Stepper {
  checkOptions(options);
  const step = (state: SamplerState, prediction: Tensor, generator?: Generator, unchanged = false): Outcome => {
    const { x, index, memory } = state;
    if (index >= plan.timesteps.length) throw pastTheEnd(index, plan.timesteps.length);
    const said = sampler.learnsVariance ? halves(x, prediction) : { prediction: prediction.data };
    if (said.prediction.length !== x.data.length) throw misfit(x, prediction);
    const [level, inputScale] = [plan.levels[index], plan.inputScales[index]];
    const output = { type, x: x.data, ...said, level, inputScale, preconditioning };
    const read = estimate(output, range, x.shape[0] ?? 1);
    const { shape } = x;
    const move = sampler.advance({ x: x.data, index, plan, estimate: read, memory, options, shape, generator });
    const { noiseScale = 1 } = options;
    const { deviation, unitNoise = () => draw(sampler, shape, generator) } = move;
    const z = deviation === undefined || noiseScale === 0 ? undefined : unitNoise();
    const each = z && typeof deviation === "object"; // one for every number
    const drawn = each ? z.map((value, i) => value * deviation[i]) : z;
    const factor = noiseScale * (typeof deviation === "number" ? deviation : 1);
    const terms = drawn ? sum([1, move.mean], [factor, drawn]) : move.mean;
    const { data: next, finite } = evaluateChecked(terms, x.data, unchanged ? x.data : undefined);
    const as = (data: Floats): Tensor => ({ data, shape: x.shape });
    return {
      state: { index: index + 1, x: as(next), memory: move.memory ?? [], generator: generator?.state() },
      finite: finite && terms.some(([, array]) => array === prediction.data),
      denoised: () => as(evaluate(read.denoised, x.data)),
      noise: drawn && (() => as(evaluate([[factor, drawn]], x.data))),
    };
  };
  return {
    begin: (x) => ({ index: 0, x, memory: [] }),
    scaleModelInput: (x, index) => {
      const scale = plan.inputScales[index];
      return scale === 1 ? x : { data: evaluate([[scale, x.data]], x.data), shape: x.shape };
    },
    advance: (state, prediction, generator) => step(state, prediction, generator).state,
    step,
  };
}

const noiseHint = "0 adds no noise, 1 as much as derived";
const hints = {
  eta: noiseHint,
  noiseScale: noiseHint,
  sNoise: noiseHint,
  gamma: "1 is DDIM, 2 is usual",
  sChurn: "0 is off",
  sTmin: "0 is off",
};

function checkOptions(options: StepOptions): void {
  const { mu = 0 } = options;
  if (!(mu >= 0 && mu < 1)) throw outOfRange("mu", mu, "a number from 0 to below 1", "0 is off, 0.5 about DDPM");
  for (const path of Object.keys(hints) as (keyof typeof hints)[]) {
    const received = options[path];
    if (received === undefined || (received >= 0 && received < Infinity)) continue;
    throw outOfRange(path, received, "a number of 0 or more", hints[path]);
  }
}

function outOfRange(path: string, received: number, expected: string, hint: string): DriftfieldError {
  return new DriftfieldError("invalid_option", `${path} can't be ${received}`, { path, received, expected, hint });
}

/** A prediction [B, 2C, ...] as [B, C, ...] and what it says of the variance; another shape as it is. */
function halves(x: Tensor, { data }: Tensor): { prediction: Floats; variance?: Floats } {
  if (data.length !== 2 * x.data.length) return { prediction: data };
  const size = x.data.length / (x.shape[0] ?? 1);
  const [prediction, variance] = [x.data.slice(), x.data.slice()];
  for (let at = 0; at < x.data.length; at += size) {
    prediction.set(data.subarray(2 * at, 2 * at + size), at);
    variance.set(data.subarray(2 * at + size, 2 * at + 2 * size), at);
  }
  return { prediction, variance };
}

/** Unit noise. @throws DriftfieldError("invalid_option") naming the sampler where there's no generator. */
export function draw(
  { name }: Pick<Sampler, "name">,
  shape: readonly number[],
  generator: Generator | undefined,
): Floats {
  if (generator !== undefined) return generator.randn(shape).data;
  throw new DriftfieldError("invalid_option", `sampler ${name} adds noise and was given no generator`, {
    path: "generator",
    expected: "a generator of random numbers",
    hint: "pass `generator`, or set noiseScale to 0",
  });
}

function misfit(x: Tensor, prediction: Tensor): DriftfieldError {
  return new DriftfieldError("shape_mismatch", "the model's prediction doesn't have the shape of x", {
    path: "model",
    received: `[${prediction.shape}]`,
    expected: `[${x.shape}]`,
    hint: "let the model return one number for each number of x",
  });
}

function pastTheEnd(index: number, total: number): DriftfieldError {
  return new DriftfieldError("invalid_option", `step ${index} is past the end of a plan of ${total}`, {
    path: "state.index",
    received: index,
    expected: `a number from 0 to ${total - 1}`,
    hint: "the run is finished: begin a new one",
  });
}
