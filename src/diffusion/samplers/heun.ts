// Heun: an Euler step to look ahead, then the step again with the mean of both slopes.
import type { Expand } from "../plan.ts";
import { evaluate, sum } from "../sum.ts";
import { derivative } from "./derivative.ts";
import type { Sampler } from "./sampler.ts";

/**
 * x~ = x + h d(x, sigma),  x' = x + h (d(x, sigma) + d(x~, sigma')) / 2,  h = sigma' - sigma.
 * Karras et al. 2022, algorithm 1 (deterministic), eq. 3 to 5 of its appendix; the last step to sigma' = 0 is Euler's.
 * Remembers x and its slope between the two looks.
 */
export function heun(): Sampler {
  return {
    name: "heun",
    kind: "ode",
    convergenceOrder: 2,
    stochastic: false,
    source: "Karras et al. 2022 (arXiv:2206.00364), algorithm 1",
    evaluationsPerStep: 2,
    expand: lookAhead,
    advance({ x, index, plan, estimate, memory }) {
      const [from, to] = [plan.origins[index], plan.targets[index]];
      if (memory.length === 0) {
        const slope = evaluate(derivative(estimate, from, to), x);
        return { mean: sum([1, x], [to.sigma - from.sigma, slope]), memory: [x, slope] };
      }
      const [start, slope] = memory;
      const half = (to.sigma - from.sigma) / 2;
      return { mean: sum([1, start], [half, slope], [half, derivative(estimate, from, to)]), memory: [] };
    },
  };
}

/** Every level but the first is looked at twice: at the end of one step and the start of the next; never 0. */
const lookAhead: Expand = ({ timesteps, sigmas, levels }) => {
  const twice = <T>(values: readonly T[]) => [values[0], ...values.slice(1).flatMap((value) => [value, value])];
  const steps = timesteps.length;
  const ends = levels.slice(1).flatMap((level) => [level, level]);
  return {
    timesteps: twice(timesteps),
    sigmas: [...twice(sigmas.slice(0, -1)), sigmas[steps]],
    levels: twice(levels.slice(0, steps)),
    origins: levels
      .slice(0, steps)
      .flatMap((level) => [level, level])
      .slice(0, -1),
    targets: ends.slice(0, -1),
  };
};
