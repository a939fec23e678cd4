// DDIM: jump to the estimated clean sample and noise it again, less. With eta it is everything from ODE to DDPM.
import { posteriorDeviation, singleChain, type Level } from "../schedule/level.ts";
import { sum } from "../sum.ts";
import type { Sampler } from "./sampler.ts";

/**
 * x' = alpha' x0 + sqrt(sigma'^2 - s^2) noise + s z,  s = eta times the posterior's deviation.
 * Song, Meng & Ermon 2021, eq. 12 and 16. With eta 0 it is Euler's method on the probability-flow ODE.
 * The run's option `useClippedModelOutput` derives the noise from the clipped clean sample.
 * @param options `single`: the levels are a table's, and s is rounded as the reference's float32.
 */
export function ddim(options: { single?: boolean } = {}): Sampler {
  const posterior = options.single ? singlePosterior : posteriorDeviation;
  return {
    name: "ddim",
    kind: "ode",
    convergenceOrder: 1,
    stochastic: false,
    takesEta: true,
    source: "Song, Meng & Ermon 2021 (arXiv:2010.02502), eq. 12",
    advance({ index, plan, estimate, options: { eta = 0, useClippedModelOutput = false } }) {
      const target = plan.targets[index];
      const deviation = eta === 0 ? 0 : eta * posterior(plan.levels[index], target);
      const kept = Math.sqrt(Math.max(0, target.sigma ** 2 - deviation ** 2));
      const noise = useClippedModelOutput ? estimate.impliedNoise : estimate.noise;
      return {
        mean: sum([target.alpha, estimate.denoised], [kept, noise]),
        deviation: eta === 0 ? undefined : deviation,
      };
    },
  };
}

function singlePosterior(from: Level, to: Level): number {
  const { beta, power, powerTo } = singleChain(from, to);
  return Math.sqrt((powerTo / power) * beta);
}
