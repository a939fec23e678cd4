// Euler ancestral: step past the next noise level, then add noise back up to it.
import { posteriorDeviation } from "../schedule/level.ts";
import { sum } from "../sum.ts";
import type { Sampler } from "./sampler.ts";

/**
 * x' = alpha' x0 + sigma_down noise + sigma_up z,  sigma_up the posterior's deviation, sigma_down^2 = sigma'^2 -
 * sigma_up^2 (k-diffusion `sample_euler_ancestral`). The same step as DDIM's with eta 1, walked in k-diffusion's space.
 * Noise is drawn at every step, as in the reference, also where its factor is 0.
 */
export function eulerAncestral(): Sampler {
  return {
    name: "euler-ancestral",
    kind: "sde",
    convergenceOrder: null,
    stochastic: true,
    source: "k-diffusion, sample_euler_ancestral; Song, Meng & Ermon 2021 (arXiv:2010.02502), eq. 12 with eta 1",
    advance({ index, plan, estimate }) {
      const to = plan.targets[index];
      const up = posteriorDeviation(plan.levels[index], to);
      const down = Math.sqrt(Math.max(0, to.sigma ** 2 - up ** 2));
      return { mean: sum([to.alpha, estimate.denoised], [down, estimate.impliedNoise]), deviation: up };
    },
  };
}
