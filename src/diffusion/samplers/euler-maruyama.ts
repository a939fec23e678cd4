// Euler-Maruyama on the reverse SDE of the continuous variance-preserving process.
import { sum } from "../sum.ts";
import type { Sampler } from "./sampler.ts";

/**
 * x' = x + (beta(t) / 2 x + beta(t) score) / N + sqrt(beta(t) / N) z over N steps (Song et al. 2021, arXiv:2011.13456,
 * eq. 6 with their VP process, eq. 32).
 */
export function eulerMaruyama({ betaAt }: { betaAt: (t: number) => number }): Sampler {
  return {
    name: "euler-maruyama",
    kind: "sde",
    convergenceOrder: null,
    stochastic: true,
    source: "Song et al. 2021 (arXiv:2011.13456), eq. 6 and 32",
    advance({ x, index, plan, estimate }) {
      const variance = betaAt(plan.timesteps[index]) / plan.numInferenceSteps;
      return {
        mean: sum([1 + variance / 2, x], [-variance / plan.levels[index].sigma, estimate.noise]),
        deviation: Math.sqrt(variance),
      };
    },
  };
}
