// DDPM: draw from the posterior of the forward chain, as if the estimated clean sample were the true one.
import { forwardVariance, posteriorDeviation } from "../schedule/level.ts";
import { sum } from "../sum.ts";
import type { Sampler } from "./sampler.ts";

/**
 * x' ~ N(a x + b x0, s^2) with, for steps from (alpha, sigma) to (alpha', sigma') and k = alpha / alpha',
 *   a = k sigma'^2 / sigma^2,   b = alpha' (sigma^2 - k^2 sigma'^2) / sigma^2.
 * Ho, Jain & Abbeel 2020, eq. 6 and 7, written for any schedule (Kingma et al. 2021, eq. 25 to 29).
 * @param options `variance`: fixed_small is the posterior's, fixed_large the forward step's (their section 3.2).
 */
export function ddpm(options: { variance?: "fixed_small" | "fixed_large" } = {}): Sampler {
  return {
    name: "ddpm",
    kind: "sde",
    convergenceOrder: null,
    stochastic: true,
    source: "Ho, Jain & Abbeel 2020 (arXiv:2006.11239), eq. 6 and 7",
    advance({ x, index, plan, estimate }) {
      const from = plan.levels[index];
      const to = plan.targets[index];
      const power = from.sigma ** 2;
      const ofX = ((from.alpha / to.alpha) * to.sigma ** 2) / power;
      const ofDenoised = (to.alpha * forwardVariance(from, to)) / power;
      const small = Math.max(posteriorDeviation(from, to), 1e-10);
      const deviation = options.variance === "fixed_large" ? Math.sqrt(forwardVariance(from, to)) : small;
      return {
        mean: sum([ofX, x], [ofDenoised, estimate.denoised]),
        deviation: plan.timesteps[index] > 0 ? deviation : undefined,
      };
    },
  };
}
