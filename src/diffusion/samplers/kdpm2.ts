// KDPM2: look at the middle of the step, then step from its start with the slope found there.
import type { Expand } from "../plan.ts";
import { noiseRatio, posteriorDeviation, type Level } from "../schedule/level.ts";
import { sum } from "../sum.ts";
import type { Sampler } from "./sampler.ts";

/**
 * x~ = x + (sigma_m - sigma) d(x, sigma),  x' = x + (sigma' - sigma) d(x~, sigma_m), with log sigma_m half way between
 * (on a flow: sigma_m). The midpoint rule; k-diffusion `sample_dpm_2`, after Lu et al. 2022a's DPM-Solver-2.
 * Remembers x between the two looks.
 * @param options `ancestral`: step to sigma_down and add noise back up to sigma' (`sample_dpm_2_ancestral`).
 */
export function kdpm2({ ancestral = false }: { ancestral?: boolean } = {}): Sampler {
  return {
    name: ancestral ? "kdpm2-ancestral" : "kdpm2",
    kind: ancestral ? "sde" : "ode",
    convergenceOrder: ancestral ? null : 2,
    stochastic: ancestral,
    source: `k-diffusion, sample_dpm_2${ancestral ? "_ancestral" : ""}; Lu et al. 2022 (arXiv:2206.00927), algorithm 1`,
    evaluationsPerStep: 2,
    expand: lookHalfWay(ancestral),
    advance({ x, index, plan, estimate: { denoised, impliedNoise }, memory }) {
      const [from, to] = [plan.origins[index], plan.targets[index]];
      const [start = x] = memory;
      const jumps = ancestral && memory.length > 0;
      const down = jumps ? stepDown(from, to) : to;
      return {
        mean: sum([1, start], [down.alpha - from.alpha, denoised], [down.sigma - from.sigma, impliedNoise]),
        deviation: jumps ? posteriorDeviation(from, to) : undefined,
        memory: memory.length === 0 ? [x] : [],
      };
    },
  };
}

/** The level to step to before noise is added back up to `to`. */
export function stepDown(from: Level, to: Level): Level {
  return { alpha: to.alpha, sigma: Math.sqrt(Math.max(0, to.sigma ** 2 - posteriorDeviation(from, to) ** 2)) };
}

/** The level between two: the geometric mean of the ratios; half of sigma where one is pure noise or no noise. */
function halfWay(from: Level, to: Level): Level {
  if (from.alpha === to.alpha) {
    return { alpha: from.alpha, sigma: Math.sqrt(from.sigma * to.sigma) };
  }
  return { alpha: (from.alpha + to.alpha) / 2, sigma: (from.sigma + to.sigma) / 2 };
}

/** Two looks a step, at its start and half way; the last step, to clean data, has only the first. */
export const lookHalfWay =
  (ancestral: boolean): Expand =>
  ({ timesteps, sigmas, levels }, { timeOf }) => {
    const last = timesteps.length;
    const rows = timesteps.flatMap((t, i) => {
      const [from, to] = [levels[i], levels[i + 1]];
      if (i === last - 1) return [{ t, level: from, from, to }];
      const middle = halfWay(from, ancestral && from.alpha === to.alpha ? stepDown(from, to) : to);
      return [
        { t, level: from, from, to: middle },
        { t: timeOf(noiseRatio(middle)), level: middle, from, to },
      ];
    });
    return {
      timesteps: rows.map(({ t }) => t),
      sigmas: [sigmas[0], ...sigmas.slice(1).flatMap((sigma) => [sigma, sigma]), sigmas[last]],
      levels: rows.map(({ level }) => level),
      origins: rows.map(({ from }) => from),
      targets: rows.map(({ to }) => to),
    };
  };
