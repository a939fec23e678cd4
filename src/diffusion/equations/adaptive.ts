// Solves an ordinary differential equation to a tolerance: the step is as long as its own error allows.
import { DriftfieldError, throwIfAborted } from "../../core/index.ts";
import { allFinite, type Floats } from "../sum.ts";
import { tryStep, type Derivative, type Trial } from "./dormand-prince.ts";
import { fieldNotFinite } from "./field.ts";

export type AdaptiveOptions = {
  /** Allowed error of a step: absolute + relative |y|, as a root mean square over each row. */
  relative?: number;
  absolute?: number;
  /** The first step; by default it is estimated. */
  firstStep?: number;
  /** Gives up after so many steps. */
  maxSteps?: number;
  signal?: AbortSignal;
};

export type AdaptiveProblem = AdaptiveOptions & {
  derivative: Derivative;
  y: Float64Array;
  from: number;
  /** Before or after `from`. */
  to: number;
  /** y holds so many rows, and every row is held to the tolerance by itself. */
  rows?: number;
};

/** A step that was taken. */
export type AdaptiveStep = {
  readonly from: number;
  readonly to: number;
  readonly y: Float64Array;
  readonly next: Float64Array;
  /** Evaluations of the derivative since the start, and steps that were tried in vain before this one. */
  readonly evaluations: number;
  readonly rejected: number;
  /** The solution at a time within the step, to fourth order. */
  at(t: number): Float64Array;
};

/**
 * Dormand-Prince 5(4) with the proportional-integral step control of Hairer & Wanner 1996, section IV.2 (safety 0.9,
 * factors 0.2 to 10, beta 0.04). Yields every step, returns the last y. Breaking out stops it.
 * @throws DriftfieldError "aborted" at the step that follows the signal; "not_finite" naming the time; "invalid_option"
 *   on tolerances that aren't above 0, and when `maxSteps` (10,000) aren't enough.
 */
export async function* adaptive(problem: AdaptiveProblem): AsyncGenerator<AdaptiveStep, Float64Array> {
  const { derivative, from, to, rows = 1, relative = 1e-5, absolute = 1e-5, maxSteps = 10_000, signal } = problem;
  checkTolerances({ relative, absolute, maxSteps });
  let evaluations = 0;
  const f: Derivative = async (time, at) => {
    throwIfAborted(signal);
    evaluations++;
    const slope = await derivative(time, at);
    if (!allFinite(slope as unknown as Floats)) throw fieldNotFinite(time);
    return slope;
  };
  const norm = (error: Float64Array, a: Float64Array, b: Float64Array) =>
    rowNorm(error, rows, (i) => absolute + relative * Math.max(Math.abs(a[i]), Math.abs(b[i])));
  let [t, y] = [from, problem.y];
  let slope = await f(t, y);
  let h = problem.firstStep ?? (await firstStep(f, t, y, slope, Math.abs(to - from), Math.sign(to - from), norm));
  let [before, rejected] = [1e-4, 0];
  for (let taken = 0; t !== to;) {
    if (taken + rejected >= maxSteps) throw tooManySteps(maxSteps, t, to);
    const isLast = h >= Math.abs(to - t);
    const next = isLast ? to : t + Math.sign(to - t) * h;
    if (next === t) throw tooManySteps(taken, t, to);
    const trial = await tryStep(f, t, y, slope, next - t);
    const error = Math.max(norm(trial.error, y, trial.next), 1e-10);
    const shrink = error ** 0.17 / 0.9; // 1/5 - 0.75 beta
    if (error > 1) {
      rejected++;
      h /= Math.min(5, Math.max(1.2, shrink));
      continue;
    }
    yield taking(t, next, y, trial, evaluations, rejected);
    h /= Math.min(5, Math.max(0.1, shrink / before ** 0.04));
    before = Math.max(error, 1e-4);
    [t, y, slope] = [next, trial.next, trial.slope];
    taken++;
    rejected = 0;
  }
  return y;
}

function taking(
  from: number, to: number, y: Float64Array, trial: Trial, evaluations: number, rejected: number,
): AdaptiveStep {
  const at = (t: number) => trial.at((t - from) / (to - from));
  return { from, to, y, next: trial.next, evaluations, rejected, at };
}

type Norm = (error: Float64Array, a: Float64Array, b: Float64Array) => number;

/** A first step whose error is about a hundredth of what is allowed (Hairer, Norsett & Wanner 1993, section II.4). */
async function firstStep(
  f: Derivative, t: number, y: Float64Array, slope: Float64Array, most: number, sign: number, norm: Norm,
): Promise<number> {
  const [size, speed] = [norm(y, y, y), norm(slope, y, y)];
  const guess = Math.min(most, size < 1e-5 || speed < 1e-5 ? 1e-6 : (0.01 * size) / speed);
  const there = await f(t + sign * guess, y.map((value, i) => value + sign * guess * slope[i]));
  const bend = norm(there.map((value, i) => value - slope[i]), y, y) / guess;
  const larger = Math.max(speed, bend);
  const step = larger <= 1e-15 ? Math.max(1e-6, guess * 1e-3) : (0.01 / larger) ** 0.2;
  return Math.min(100 * guess, step, most);
}

/** The largest, over rows, of the root mean square of error / allowed. */
function rowNorm(error: Float64Array, rows: number, allowed: (i: number) => number): number {
  const size = error.length / rows;
  let largest = 0;
  for (let start = 0; start < error.length; start += size) {
    let squares = 0;
    for (let i = start; i < start + size; i++) squares += (error[i] / allowed(i)) ** 2;
    largest = Math.max(largest, squares / size);
  }
  return Math.sqrt(largest);
}

function checkTolerances(given: Record<"relative" | "absolute" | "maxSteps", number>): void {
  for (const [path, received] of Object.entries(given)) {
    if (received > 0 && received < Infinity) continue;
    throw new DriftfieldError("invalid_option", `${path} can't be ${received}`, {
      path,
      received,
      expected: "a finite number above 0",
      hint: path === "maxSteps" ? "10000 is the default" : "1e-5 is the default; 1e-3 is coarse, 1e-8 fine",
    });
  }
}

function tooManySteps(steps: number, t: number, to: number): DriftfieldError {
  return new DriftfieldError("invalid_option", `${steps} steps didn't reach ${to}: the solution stands at ${t}`, {
    path: "maxSteps",
    received: steps,
    expected: "a solution that the tolerances allow",
    hint: "raise maxSteps, or the tolerances `relative` and `absolute`",
  });
}
