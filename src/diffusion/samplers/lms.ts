// LMS: Adams-Bashforth for the probability-flow ODE on uneven noise levels; remembers up to three slopes.
import { evaluate, sum } from "../sum.ts";
import { derivative } from "./derivative.ts";
import type { Sampler } from "./sampler.ts";

/**
 * x' = x + sum_j c_j d_j, with c_j the integral over the step of the j-th Lagrange polynomial through the last noise
 * levels (Katherine Crowson's linear multistep method, k-diffusion `sample_lms`; its order 4).
 */
export function lms({ order = 4 }: { order?: number } = {}): Sampler {
  return {
    name: "lms",
    kind: "ode",
    convergenceOrder: order,
    stochastic: false,
    source: "k-diffusion, sample_lms; Hairer, Norsett & Wanner 1993, section III.5",
    advance({ x, index, plan, estimate, memory }) {
      const [from, to] = [plan.levels[index], plan.targets[index]];
      const slopes = [evaluate(derivative(estimate, from, to), x), ...memory];
      // As the reference has it, a run that starts late counts the levels before it, whose slopes nobody knows.
      const passed = [...(plan.skipped ?? []), ...plan.levels.slice(0, index + 1)].toReversed();
      const nodes = passed.slice(0, order).map(({ sigma }) => sigma);
      const terms = slopes.slice(0, Math.min(nodes.length, index + 1)).map((slope, j) => {
        return [lagrangeIntegral(nodes, j, from.sigma, to.sigma), slope] as const;
      });
      return { mean: sum([1, x], ...terms), memory: slopes.slice(0, order - 1) };
    },
  };
}

/** Integral from a to b of the polynomial that is 1 at nodes[j] and 0 at the others: Gauss's 3 points, exact here. */
function lagrangeIntegral(nodes: readonly number[], j: number, a: number, b: number): number {
  const [middle, half] = [(a + b) / 2, (b - a) / 2];
  const value = (s: number) => nodes.reduce((p, node, k) => (k === j ? p : (p * (s - node)) / (nodes[j] - node)), 1);
  const off = half * Math.sqrt(3 / 5);
  return (half * (5 * value(middle - off) + 8 * value(middle) + 5 * value(middle + off))) / 9;
}
