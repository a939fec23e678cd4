// PNDM's start: three steps of the classical Runge-Kutta method, each of four evaluations.
import { DriftfieldError } from "../../core/index.ts";
import { targetOf, type Expand } from "../plan.ts";
import type { Level } from "../schedule/level.ts";
import { evaluate, sum, type Floats, type Sum } from "../sum.ts";
import type { Move, Step } from "./sampler.ts";

const steps = 3;

/** How many entries of a plan the start takes. */
export const rungeKuttaEntries = 4 * steps;

/**
 * One of the four evaluations of e = (e1 + 2 e2 + 2 e3 + e4) / 6 (Liu et al. 2022, eq. 13). Remembers the sum so far,
 * the step's start and then the first outputs of the steps, newest first, which Adams-Bashforth goes on with.
 */
export function rungeKuttaStage(
  step: Step,
  transfer: (step: Step, start: Floats, outputs: Sum) => Sum,
): Pick<Move, "mean" | "memory"> {
  const { x, index, memory, estimate } = step;
  const said = estimate.output.prediction;
  const stage = index % 4;
  if (stage === 0) {
    const sixth = evaluate([[1 / 6, said]], x);
    return { mean: transfer(step, x, [[1, said]]), memory: [sixth, x, said.slice(), ...memory] };
  }
  const [total, start, ...firsts] = memory;
  if (stage === 3) return { mean: transfer(step, start, sum([1, total], [1 / 6, said])), memory: firsts };
  const more = evaluate(sum([1, total], [1 / 3, said]), x);
  return { mean: transfer(step, start, [[1, said]]), memory: [more, start, ...firsts] };
}

type Row = { t: number; level: Level; sigma: number; from: Level; to: Level };

/**
 * The first three steps from t to t' become looks at t, half way, half way and t'; the others are looked at once. A run
 * that starts late in that list (`from`) counts its looks anew, as the reference does: its first twelve are taken for
 * the start's, go half a step on or none, and reckon from the levels where the whole run's start would be.
 */
export const expandRungeKutta: Expand = (grid, clock, from) => {
  const { timesteps, sigmas, levels, stride } = grid;
  if (timesteps.length <= steps) throw tooFew(timesteps.length);
  const halfAfter = (i: number): number =>
    stride === undefined ? (timesteps[i] - timesteps[i + 1]) / 2 : Math.floor(stride / 2);
  const whole = timesteps.flatMap((t, i): Row[] => {
    const [level, sigma] = [levels[i], sigmas[i]];
    if (i >= steps) return [{ t, level, sigma, from: level, to: targetOf(grid, clock, i) }];
    const [next, half, to] = [timesteps[i + 1], halfAfter(i), levels[i + 1]];
    const middle = clock.levelAt(next + half);
    return [
      { t, level, sigma, from: level, to: clock.levelAt(t - half) },
      { t: next + half, level: middle, sigma: middle.sigma, from: level, to: middle },
      { t: next + half, level: middle, sigma: middle.sigma, from: level, to },
      { t: next, level: to, sigma: sigmas[i + 1], from: level, to },
    ];
  });
  const half = halfAfter(0);
  const final = levels[levels.length - 1];
  const late = (row: Row, k: number): Row => {
    if (k >= rungeKuttaEntries) return row;
    const place = row.t - (k % 2 === 0 ? half : 0);
    return { ...row, from: whole[k - (k % 4)].level, to: place < 0 ? final : clock.levelAt(place) };
  };
  const rows = from === 0 ? whole : whole.slice(from).map(late);
  return {
    timesteps: rows.map((row) => row.t),
    sigmas: [...rows.map((row) => row.sigma), sigmas[timesteps.length]],
    levels: rows.map((row) => row.level),
    origins: rows.map((row) => row.from),
    targets: rows.map((row) => row.to),
  };
};

function tooFew(count: number): DriftfieldError {
  return new DriftfieldError("invalid_option", `PNDM with its Runge-Kutta start can't take ${count} steps`, {
    path: "numInferenceSteps",
    received: count,
    expected: `${steps + 1} steps or more`,
    hint: "ask for more steps, or set skip_prk_steps to true",
  });
}
