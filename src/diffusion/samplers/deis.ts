// DEIS: interpolates the noise in log(sigma / alpha) through the last looks and integrates that exactly.
import { halfLogSnr } from "../schedule/level.ts";
import { evaluate, sum } from "../sum.ts";
import type { Sampler, Step } from "./sampler.ts";

export type DeisOptions = { order?: 1 | 2 | 3; lowerOrderFinal?: boolean };

/**
 * x'/alpha' = x/alpha + sum_j c_j noise_j,  c_j the integral of the j-th Lagrange polynomial in log rho over d rho,
 * rho = sigma / alpha. Zhang & Chen 2023, eq. 14 and 15, with its log-rho polynomials.
 */
export function deis(options: DeisOptions = {}): Sampler {
  const { order = 2 } = options;
  return {
    name: order === 2 ? "deis" : `deis-${order}m`,
    kind: "ode",
    convergenceOrder: order,
    stochastic: false,
    source: "Zhang & Chen 2023 (arXiv:2204.13902), eq. 14 and 15",
    advance(step) {
      const { x, index, plan, estimate, memory } = step;
      const [from, to] = [plan.levels[index], plan.targets[index]];
      const noises = [evaluate(estimate.impliedNoise, x), ...memory];
      const use = Math.min(order, noises.length, orderLeft(step, options), knownHistory(step));
      if (use === 1) {
        return { mean: sum([to.alpha, estimate.denoised], [to.sigma, noises[0]]), memory: noises.slice(0, order - 1) };
      }
      const nodes = noises.slice(0, use).map((_, j) => halfLogSnr(from) - halfLogSnr(plan.levels[index - j]));
      const weights = integrals(nodes, halfLogSnr(from) - halfLogSnr(to));
      const scale = (to.alpha * from.sigma) / from.alpha;
      const terms = weights.map((weight, j) => [scale * weight, noises[j]] as const);
      return { mean: sum([to.alpha / from.alpha, x], ...terms), memory: noises.slice(0, order - 1) };
    },
  };
}

/** The highest order that the end of the run allows: lower ones in a short run, and DDIM's step to clean data. */
function orderLeft({ index, plan }: Step, { lowerOrderFinal = true }: DeisOptions): number {
  if (plan.targets[index].sigma === 0) return 1;
  const left = plan.timesteps.length - index;
  return lowerOrderFinal && plan.numInferenceSteps < 15 ? left : 3;
}

/** How many of the looks up to now were at levels with signal: pure noise has no place in log rho. */
export function knownHistory({ index, plan }: Step): number {
  let count = 0;
  while (count <= index && plan.levels[index - count].alpha > 0) count++;
  return Math.max(count, 1);
}

/** Integrals from 0 to w of the Lagrange polynomials through `nodes` (2 or 3, the first 0) times e^v dv. */
function integrals(nodes: readonly number[], w: number): number[] {
  const m0 = Math.expm1(w);
  const m1 = w * Math.exp(w) - m0;
  const m2 = w * w * Math.exp(w) - 2 * m1;
  return nodes.map((node, j) => {
    const others = nodes.filter((_, k) => k !== j);
    const scale = others.reduce((product, other) => product * (node - other), 1);
    if (others.length === 1) return (m1 - others[0] * m0) / scale;
    return (m2 - (others[0] + others[1]) * m1 + others[0] * others[1] * m0) / scale;
  });
}
