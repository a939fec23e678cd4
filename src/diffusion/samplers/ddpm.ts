// DDPM: draw from the posterior of the forward chain, as if the estimated clean sample were the true one.
import { forwardVariance, singleChain, type Level } from "../schedule/level.ts";
import { sum, type Floats } from "../sum.ts";
import type { Sampler } from "./sampler.ts";

const { fround } = Math;

type DdpmOptions = {
  variance?: "fixed_small" | "fixed_large" | "learned_range";
  betas?: Float32Array;
  single?: boolean;
};

/**
 * x' ~ N(a x + b x0, s^2) with, for steps from (alpha, sigma) to (alpha', sigma') and k = alpha / alpha',
 *   a = k sigma'^2 / sigma^2,   b = alpha' (sigma^2 - k^2 sigma'^2) / sigma^2.
 * Ho, Jain & Abbeel 2020, eq. 6 and 7, written for any schedule (Kingma et al. 2021, eq. 25 to 29).
 * @param options `variance`: fixed_small is the posterior's, fixed_large the forward step's (their section 3.2),
 *   learned_range what the network says between the two, in logarithms (Nichol & Dhariwal 2021, eq. 15).
 *   `betas`: the forward chain's own, for steps between neighbours, and 1 - k^2 rounded to float32 elsewhere: the
 *   reference's UnCLIP does so, and from nearly pure noise its rounding shows.
 *   `single`: the levels are a table's, and the chain is rounded as the reference's float32.
 */
export function ddpm(options: DdpmOptions = {}): Sampler {
  const chain = options.single ? singleChain : exact;
  return {
    name: "ddpm",
    kind: "sde",
    convergenceOrder: null,
    stochastic: true,
    learnsVariance: options.variance === "learned_range",
    source: "Ho, Jain & Abbeel 2020 (arXiv:2006.11239), eq. 6 and 7",
    advance({ x, index, plan, estimate }) {
      const from = plan.levels[index];
      const to = plan.targets[index];
      const [t, next = -1] = plan.timesteps.slice(index, index + 2);
      const own = t - next === 1 ? options.betas?.[t] : undefined;
      const { kept, beta, powerTo, power } = options.betas ? rounded(from, to, own) : chain(from, to);
      const ofX = (kept * powerTo) / power;
      const ofDenoised = (to.alpha * beta) / power;
      const small = Math.max(Math.sqrt((powerTo / power) * beta), 1e-10);
      const deviation = options.variance === "fixed_large" ? Math.sqrt(beta) : small;
      const { variance } = estimate.output;
      const learned = variance && between(variance, small, Math.sqrt(beta));
      return {
        mean: sum([ofX, x], [ofDenoised, estimate.denoised]),
        deviation: plan.timesteps[index] > 0 ? (learned ?? deviation) : undefined,
      };
    },
  };
}

/** Deviations of every number, from `least` where the network says -1 to `most` where it says 1. */
function between(said: Floats, least: number, most: number): Floats {
  return said.map((value) => Math.exp(((value + 1) / 2) * Math.log(most) + ((1 - value) / 2) * Math.log(least)));
}

type Chain = ReturnType<typeof singleChain>;

/** What the forward chain keeps of x at `to`, the variance that it adds, and the variance at both. */
function exact(from: Level, to: Level): Chain {
  const kept = from.alpha / to.alpha;
  return { kept, beta: forwardVariance(from, to), power: from.sigma ** 2, powerTo: to.sigma ** 2 };
}

/** The same in float32, from 1 - beta. */
function rounded(from: Level, to: Level, beta = fround(1 - fround((from.alpha / to.alpha) ** 2))): Chain {
  return { ...exact(from, to), kept: Math.sqrt(fround(1 - beta)), beta };
}
