// Euler-Maruyama on the reverse SDE of the variance-preserving process.
import { sum } from "../sum.ts";
import type { Level } from "../schedule/level.ts";
import type { Sampler } from "./sampler.ts";

export type EulerMaruyamaOptions = {
  /** beta(t) of a process in continuous time; left out, a step's beta is that of the jump between its levels. */
  betaAt?: (t: number) => number;
  /** The step to clean data leaves its noise out, which would stay in the sample. */
  denoise?: boolean;
};

/**
 * y' = y + (b / 2 y + b score) + sqrt(b) z, where b = beta(t) / N over N steps, or 1 - (alpha / alpha')^2 (Song et al.
 * 2021, arXiv:2011.13456, eq. 6 with their VP process, eq. 32). y is x over the length of (alpha, sigma): any process
 * is a variance-preserving one of another scale.
 */
export function eulerMaruyama({ betaAt, denoise = true }: EulerMaruyamaOptions = {}): Sampler {
  return {
    name: "euler-maruyama",
    kind: "sde",
    convergenceOrder: null,
    stochastic: true,
    source: "Song et al. 2021 (arXiv:2011.13456), eq. 6 and 32",
    advance({ x, index, plan, estimate }) {
      const [from, to] = [plan.levels[index], plan.targets[index]];
      const [before, after] = [lengthOf(from), lengthOf(to)];
      const jump = 1 - ((from.alpha / before) * (after / to.alpha)) ** 2;
      const beta = betaAt ? betaAt(plan.timesteps[index]) / plan.numInferenceSteps : jump;
      return {
        mean: sum([(after / before) * (1 + beta / 2), x], [(-after * before * beta) / from.sigma, estimate.noise]),
        deviation: denoise && to.sigma === 0 ? undefined : after * Math.sqrt(beta),
      };
    },
  };
}

const lengthOf = ({ alpha, sigma }: Level): number => Math.hypot(alpha, sigma);
