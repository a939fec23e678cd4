// TCD: step past the next level, as far as eta says, then add noise back up to it.
import type { Level } from "../schedule/level.ts";
import { sum } from "../sum.ts";
import type { Sampler } from "./sampler.ts";

const { fround } = Math;

/**
 * x_s = alpha_s x0 + sigma_s noise,  x' = k x_s + sqrt(sigma'^2 - k^2 sigma_s^2) z,  k = alpha' / alpha_s,
 * with s = (1 - eta) t'. Zheng et al. 2024 (arXiv:2402.19159), algorithm 4, their gamma = `eta` (0.3 by default).
 * @param options `levelAt`: level at a model time, which is cut to a whole one; without it the level s has (1 - eta)
 *   times the noise of t', which is the same on a flow.
 */
export function tcd({ levelAt }: { levelAt?: (t: number) => Level } = {}): Sampler {
  return {
    name: "tcd",
    kind: "distilled",
    convergenceOrder: null,
    stochastic: true,
    takesEta: true,
    source: "Zheng et al. 2024 (arXiv:2402.19159), algorithm 4",
    advance({ index, plan, estimate, options: { eta = 0.3 } }) {
      const [from, to] = [plan.levels[index], plan.targets[index]];
      const last = index === plan.timesteps.length - 1;
      // In float32, as the reference's: 0.2 of 725 is 145, and 144 once cut in float64.
      const before = fround(fround(1 - Math.min(eta, 1)) * (last ? 0 : plan.timesteps[index + 1]));
      const past = levelAt ? levelAt(Math.floor(before)) : quieter(from, to, last ? 1 : 1 - Math.min(eta, 1));
      if (last || eta === 0) return { mean: sum([past.alpha, estimate.denoised], [past.sigma, estimate.noise]) };
      const kept = to.alpha / past.alpha;
      return {
        mean: sum([kept * past.alpha, estimate.denoised], [kept * past.sigma, estimate.noise]),
        deviation: Math.sqrt(Math.max(0, to.sigma ** 2 - (kept * past.sigma) ** 2)),
      };
    },
  };
}

/** The level with `share` of the noise of `to`, where alpha is constant or the rest of 1. */
function quieter(from: Level, to: Level, share: number): Level {
  const sigma = share * to.sigma;
  return { alpha: from.alpha === to.alpha ? to.alpha : 1 - sigma, sigma };
}
