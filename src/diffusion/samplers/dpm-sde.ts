// DPM-Solver of the SDE: a look half way, then the step again from its start, both with noise of one Brownian path.
import type { Expand } from "../plan.ts";
import { posteriorDeviation, type Level } from "../schedule/level.ts";
import { sum } from "../sum.ts";
import { brownianNoise } from "./brownian-noise.ts";
import { lookHalfWay, stepDown } from "./kdpm2.ts";
import type { Sampler } from "./sampler.ts";

const { fround } = Math;

/**
 * x~ = F(x, x0(x), sigma -> sigma_m),  x' = F(x, x0(x~), sigma -> sigma'), with F the exact step for a constant x0 down
 * to sigma_down and noise back up, log sigma_m half way. Crowson, k-diffusion `sample_dpmpp_sde` with r = 1/2, after
 * Lu et al. 2022b (arXiv:2211.01095). Remembers x between the two looks. The last step, to clean data, adds nothing.
 * @param options `seed` of the Brownian path; left out, the run's generator has it.
 */
export function dpmSde({ seed }: { seed?: number } = {}): Sampler {
  return {
    name: "dpmpp-sde",
    kind: "sde",
    convergenceOrder: null,
    stochastic: true,
    source: "k-diffusion, sample_dpmpp_sde; Lu et al. 2022 (arXiv:2211.01095)",
    evaluationsPerStep: 2,
    expand: lookTwice,
    advance(step) {
      const { x, index, plan, estimate, memory, options } = step;
      const [from, to] = [plan.origins[index], plan.targets[index]];
      const [start = x] = memory;
      const down = to.sigma === 0 ? to : stepDown(from, to);
      const kept = down.sigma / from.sigma;
      const mean = sum([kept, start], [to.alpha - kept * from.alpha, estimate.denoised]);
      const looksAgain = memory.length === 0 && index < plan.timesteps.length - 1; // the last step looks once
      const next = looksAgain ? [x] : [];
      if (to.sigma === 0) return { mean, memory: next };
      const deviation = Math.min(to.sigma, posteriorDeviation(from, to)) * (options.sNoise ?? 1);
      const path = { smallest: plan.levels[plan.levels.length - 1].sigma, largest: plan.noisiest.sigma, seed };
      const begin = minusLog(from);
      const end = looksAgain ? halfWay(begin, minusLog(plan.targets[index + 1])) : minusLog(to);
      const unitNoise = () => brownianNoise(step, path, sigmaOf(begin), sigmaOf(end));
      return { mean, deviation, memory: next, unitNoise };
    },
  };
}

/** Two looks a step, at its start and half way; the first level is listed once, as the reference has it. */
const lookTwice: Expand = (grid, clock, from) => {
  const entries = lookHalfWay(false)(grid, clock, from);
  const [first, ...rest] = grid.sigmas;
  return { ...entries, sigmas: [first, ...rest.slice(0, -1).flatMap((sigma) => [sigma, sigma]), ...rest.slice(-1)] };
};

// The path is rough, so that the last digit of a time is seen: these are the reference's float32 operations.

function minusLog({ sigma }: Level): number {
  return -fround(Math.log(fround(sigma)));
}

function halfWay(from: number, to: number): number {
  return fround(from + fround(fround(to - from) * 0.5));
}

function sigmaOf(time: number): number {
  return fround(Math.exp(-time));
}
