// A run as numbers alone, for another engine: every sampler's steps are weighted sums of the noise that was drawn and
// of what the network said so far, so the weights say everything, and the engine needs to know no sampler.
import { DriftfieldError } from "../core/index.ts";
import type { Generator } from "../random/index.ts";
import type { Plan } from "./plan.ts";
import type { StepOptions } from "./samplers/sampler.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Floats } from "./sum.ts";

/** A point as a weighted sum: of the run's draws of unit noise, and of the (guided) predictions so far, in order. */
export type Weighted = { draws: number[]; predictions: number[] };

/** What the network is shown at each evaluation, at which model time, and where the run ends. */
export type LinearPlan = { evaluations: readonly ({ t: number } & Weighted)[]; end: Weighted };

/**
 * The weights of a run that starts at draw 0, unit noise, times plan.initNoiseSigma. They are read off the sampler
 * itself: it is walked once with unit vectors in place of the noise and the predictions, and checked on a second walk.
 * @throws DriftfieldError "unsupported" for what isn't such a sum: clipping, thresholds, Brownian paths, correctors
 */
export function linearPlan(scheduler: Scheduler, plan: Plan, options: StepOptions = {}): LinearPlan {
  const total = plan.timesteps.length;
  const size = 2 * total + 1; // numbers: draw 0 and at most one a step, then the predictions
  const first = total + 1;
  const unit = (at: number): Floats => numbers(size).fill(1, at, at + 1);
  const walk = (noise: (draw: number) => Floats, said: (index: number) => Floats): Floats[] => {
    try {
      return points(scheduler, plan, options, noise, said);
    } catch (error) {
      throw notLinear(scheduler, error);
    }
  };
  const rows = walk(unit, (index) => unit(first + index));
  const arbitrary = Array.from({ length: size }, (_, i) => numbers(16).map((_, j) => 4 * Math.sin(1 + 7 * i + 31 * j)));
  const found = walk((draw) => arbitrary[draw], (index) => arbitrary[first + index]);
  rows.forEach((row, i) => {
    for (let j = 0; j < 16; j++) {
      const wanted = row.reduce((sum, weight, k) => sum + weight * arbitrary[k][j], 0);
      if (!(Math.abs(found[i][j] - wanted) <= 1e-8 * (1 + Math.abs(wanted)))) throw notLinear(scheduler);
    }
  });
  const weighted = (row: Floats): Weighted => ({
    draws: trimmed(row.subarray(0, first)),
    predictions: trimmed(row.subarray(first)),
  });
  return {
    evaluations: plan.timesteps.map((t, i) => ({ t, ...weighted(rows[i]) })),
    end: weighted(rows[total]),
  };
}

/** What the network is shown at each evaluation, and last where the run ends. */
function points(
  scheduler: Scheduler,
  plan: Plan,
  options: StepOptions,
  noise: (draw: number) => Floats,
  said: (index: number) => Floats,
): Floats[] {
  const stepper = scheduler.stepper(plan, options);
  let draws = 1;
  const generator = {
    randn: (shape: readonly number[]) => ({ data: noise(draws++), shape }),
    state: () => ({ kind: "weights" }),
  } as unknown as Generator;
  const start = noise(0).map((value) => value * plan.initNoiseSigma);
  const shape = [1, start.length];
  let state = stepper.begin({ data: start, shape });
  const shown: Floats[] = [];
  for (let index = 0; index < plan.timesteps.length; index++) {
    shown.push(stepper.scaleModelInput(state.x, index).data);
    state = stepper.advance(state, { data: said(index), shape }, generator);
  }
  return [...shown, state.x.data];
}

/** Double precision, which samplers work in where they are given it. */
const numbers = (length: number): Floats => new Float64Array(length) as unknown as Floats;

/** The numbers up to the last that isn't 0. */
function trimmed(row: Floats): number[] {
  return Array.from(row.subarray(0, row.findLastIndex((weight) => weight !== 0) + 1));
}

function notLinear({ sampler }: Scheduler, cause?: unknown): DriftfieldError {
  const why = "its steps aren't weighted sums of noise and predictions with this scheduler";
  return new DriftfieldError("unsupported", `sampler ${sampler.name} can't leave as a plan: ${why}`, {
    path: "sampler",
    received: sampler.name,
    expected: "a sampler that neither clips, nor draws a Brownian path, nor measures how long its points are",
    hint: "Choose another sampler: heun, dpmpp-2m, ddim, euler-ancestral ...",
    cause,
  });
}
