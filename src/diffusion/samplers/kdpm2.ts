// KDPM2: look at the middle of the step, then step from its start with the slope found there.
import type { Expand } from "../plan.ts";
import { noiseRatio, type Level } from "../schedule/level.ts";
import { sum } from "../sum.ts";
import { derivative } from "./derivative.ts";
import type { Sampler } from "./sampler.ts";

/**
 * x~ = x + (sigma_m - sigma) d(x, sigma),  x' = x + (sigma' - sigma) d(x~, sigma_m), with log sigma_m half way between
 * (on a flow: sigma_m). The midpoint rule; k-diffusion `sample_dpm_2`, after Lu et al. 2022a's DPM-Solver-2.
 * Remembers x between the two looks.
 */
export function kdpm2(): Sampler {
  return {
    name: "kdpm2",
    kind: "ode",
    convergenceOrder: 2,
    stochastic: false,
    source: "k-diffusion, sample_dpm_2; Lu et al. 2022 (arXiv:2206.00927), algorithm 1",
    evaluationsPerStep: 2,
    expand: lookHalfWay,
    advance({ x, index, plan, estimate, memory }) {
      const [from, to] = [plan.origins[index], plan.targets[index]];
      const start = memory[0] ?? x;
      return {
        mean: sum([1, start], [to.sigma - from.sigma, derivative(estimate, from, to)]),
        memory: memory.length === 0 ? [x] : [],
      };
    },
  };
}

/** The level between two: the geometric mean of the ratios; half of sigma where one is pure noise or no noise. */
export function halfWay(from: Level, to: Level): Level {
  if (from.alpha === to.alpha) {
    return { alpha: from.alpha, sigma: Math.sqrt(from.sigma * to.sigma) };
  }
  return { alpha: (from.alpha + to.alpha) / 2, sigma: (from.sigma + to.sigma) / 2 };
}

/** Two looks a step, at its start and half way; the last step, to clean data, has only the first. */
export const lookHalfWay: Expand = ({ timesteps, sigmas, levels }, { timeOf }) => {
  const last = timesteps.length;
  const rows = timesteps.flatMap((t, i) => {
    const [from, to] = [levels[i], levels[i + 1]];
    if (i === last - 1) return [{ t, level: from, from, to }];
    const middle = halfWay(from, to);
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
