// DPM-Solver and DPM-Solver++, single-step: looks in groups, each ending in a step of higher order from its start.
import { halfLogSnr } from "../schedule/level.ts";
import { evaluate, sum, type Floats } from "../sum.ts";
import { knownHistory } from "./deis.ts";
import { dpmWeights, firstOrder, type DpmOptions } from "./dpm-multistep.ts";
import type { Move, Sampler, Step } from "./sampler.ts";

/**
 * Looks at levels s2 > s1 > s0 of a group and steps from its start (s2) to the next level by the exponential integrator
 * through what was found: order 1 after the first look, 2 after the second, 3 after the third. With m the clean sample
 * (++) or the noise, h = lambda' - lambda_s2, r = (lambda_s - lambda_s2) / h, the divided differences D1 and D2.
 * Lu et al. 2022a (arXiv:2206.00927), algorithms 1 and 2; 2022b (arXiv:2211.01095), algorithm 1.
 * Remembers x at the group's start and then the quantities m, newest first.
 */
export function dpmSingle(options: DpmOptions = {}): Sampler {
  const { algorithm = "dpmsolver++", order = 2 } = options;
  const stochastic = algorithm.startsWith("sde");
  return {
    name: `${algorithm.endsWith("++") ? "dpmpp" : "dpm"}-${order}s${stochastic ? "-sde" : ""}`,
    kind: stochastic ? "sde" : "ode",
    // Of whole groups; a run whose last group is cut, as before clean data, ends with a step of lower order.
    convergenceOrder: stochastic ? null : order,
    stochastic,
    source: "Lu et al. 2022 (arXiv:2206.00927), algorithms 1 and 2; (arXiv:2211.01095), algorithm 1",
    advance(step) {
      const { x, memory } = step;
      const m = evaluate(algorithm.endsWith("++") ? step.estimate.denoised : step.estimate.impliedNoise, x);
      const ms = [m, ...memory.slice(1)];
      const use = Math.min(orderOf(step, options), ms.length, knownHistory(step));
      const start = use === 1 ? x : memory[0];
      const move = use === 1 && !stochastic ? firstOrder(step) : groupStep(step, start, ms.slice(0, use), options);
      return { ...move, memory: [start, ...ms.slice(0, Math.max(order - 1, 1))] };
    },
  };
}

/** This entry's order: 1, 2, 3, 1, 2, 3 ...; the last one's is lower where that is wanted or it ends at the data. */
function orderOf({ index, plan }: Step, { order = 2, lowerOrderFinal = false }: DpmOptions): number {
  const i = index + plan.numInferenceSteps - plan.timesteps.length;
  const place = (i % order) + 1;
  if (i < plan.numInferenceSteps - 1) return place;
  if (plan.targets[index].sigma === 0) return 1;
  return place === order && lowerOrderFinal ? 1 : place;
}

function groupStep({ index, plan }: Step, start: Floats, ms: readonly Floats[], options: DpmOptions): Move {
  const order = ms.length;
  const lambda = (back: number) => halfLogSnr(plan.levels[index - back]);
  const first = lambda(order - 1);
  const to = plan.targets[index];
  const h = halfLogSnr(to) - first;
  const { c, c0, c1, c2, deviation } = dpmWeights(plan.levels[index - order + 1], to, h, order, options);
  const oldest = ms[order - 1];
  const slope = (back: number) => {
    const r = (lambda(back) - first) / h;
    return sum([1 / r, ms[back]], [-1 / r, oldest]);
  };
  const terms = [[c, start] as const, [c0, oldest] as const];
  if (order === 1) return { mean: sum(...terms), deviation };
  if (order === 2 || options.solver !== "heun") return { mean: sum(...terms, [c1, slope(0)]), deviation };
  const [r0, r1] = [(lambda(0) - first) / h, (lambda(1) - first) / h];
  const d1 = sum([r0 / (r0 - r1), slope(1)], [-r1 / (r0 - r1), slope(0)]);
  const d2 = sum([2 / (r0 - r1), slope(0)], [-2 / (r0 - r1), slope(1)]);
  return { mean: sum(...terms, [c1, d1], [c2, d2]), deviation };
}
