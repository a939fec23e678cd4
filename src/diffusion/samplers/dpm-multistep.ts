// DPM-Solver and DPM-Solver++, multistep: exponential integrators in log-SNR time that remember earlier estimates.
import { halfLogSnr, type Level } from "../schedule/level.ts";
import { evaluate, sum, type Floats, type Sum } from "../sum.ts";
import { brownianNoise, type NoisePath } from "./brownian-noise.ts";
import type { Move, Sampler, Step } from "./sampler.ts";

export const dpmAlgorithms = ["dpmsolver++", "dpmsolver", "sde-dpmsolver++", "sde-dpmsolver"] as const;

export type DpmOptions = {
  /** ++ interpolates the clean sample, the others the noise; sde- adds noise. */
  algorithm?: (typeof dpmAlgorithms)[number];
  order?: 1 | 2 | 3;
  /** How the second order weighs the difference. */
  solver?: "midpoint" | "heun";
  /** Runs of fewer than 15 steps end with lower orders, which is steadier. */
  lowerOrderFinal?: boolean;
  eulerAtFinal?: boolean;
  /** Draw the noise of the SDE forms from a Brownian path over these levels. */
  path?: NoisePath;
};

/**
 * With lambda = log(alpha / sigma), h = lambda' - lambda and m the quantity interpolated (x0 or noise),
 *   x' = c x + c0 D0 + c1 D1 + c2 D2 (+ s z),
 * D0 = m and D1, D2 its divided differences over the remembered ones. The coefficients are those of `dpmWeights`.
 * Lu et al. 2022b (arXiv:2211.01095), algorithm 2 and appendix B; Lu et al. 2022a (arXiv:2206.00927), section 3.2.
 */
export function dpmMultistep(options: DpmOptions = {}): Sampler {
  const { algorithm = "dpmsolver++", order = 2 } = options;
  const stochastic = algorithm.startsWith("sde");
  return {
    name: `${algorithm.endsWith("++") ? "dpmpp" : "dpm"}-${order}m${stochastic ? "-sde" : ""}`,
    kind: stochastic ? "sde" : "ode",
    // Both papers' code and the reference give D2 half of the weight that a third order needs: it measures as 2.
    convergenceOrder: stochastic ? null : Math.min(order, 2),
    stochastic,
    source: "Lu et al. 2022 (arXiv:2211.01095), algorithm 2",
    advance(step) {
      const m = algorithm.endsWith("++") ? step.estimate.denoised : step.estimate.impliedNoise;
      const use = Math.min(order, step.memory.length + 1, orderLeft(step, options));
      const move = use === 1 && !stochastic ? firstOrder(step) : multistep(step, m, use, options);
      const memory = order === 1 ? [] : [evaluate(m, step.x), ...step.memory.slice(0, order - 2)];
      const unitNoise = options.path && pathNoise(step, options.path);
      return { ...move, memory, unitNoise };
    },
  };
}

/** Noise between the step's two levels. */
function pathNoise(step: Step, path: NoisePath): () => Floats {
  const [from, to] = [step.plan.levels[step.index].sigma, step.plan.targets[step.index].sigma];
  return () => brownianNoise(step, path, from, to);
}

/** The highest order that the end of the run allows for this step. */
function orderLeft({ index, plan }: Step, { lowerOrderFinal = true, eulerAtFinal = false }: DpmOptions): number {
  const left = plan.timesteps.length - index;
  const short = lowerOrderFinal && plan.numInferenceSteps < 15;
  if (left === 1 && (eulerAtFinal || short || plan.targets[index].sigma === 0)) return 1;
  return left === 2 && short ? 2 : 3;
}

/** DDIM's step, which all of the ODE forms have as their first order; sound at pure noise and at clean data. */
export function firstOrder({ index, plan, estimate }: Step): Move {
  const { alpha, sigma } = plan.targets[index];
  return { mean: sum([alpha, estimate.denoised], [sigma, estimate.impliedNoise]) };
}

function multistep({ x, index, plan, memory }: Step, m: Sum, order: number, options: DpmOptions): Move {
  const lambda = (i: number) => halfLogSnr(plan.levels[i]);
  const h = halfLogSnr(plan.targets[index]) - lambda(index);
  const { c, c0, c1, c2, deviation } = dpmWeights(plan.levels[index], plan.targets[index], h, order, options);
  if (order === 1) return { mean: sum([c, x], [c0, m]), deviation };
  const r0 = (lambda(index) - lambda(index - 1)) / h;
  const difference = sum([1 / r0, m], [-1 / r0, memory[0]]);
  if (order === 2) return { mean: sum([c, x], [c0, m], [c1, difference]), deviation };
  const r1 = (lambda(index - 1) - lambda(index - 2)) / h;
  const earlier = sum([1 / r1, memory[0]], [-1 / r1, memory[1]]);
  const change = sum([1, difference], [-1, earlier]);
  const slope = sum([1, difference], [r0 / (r0 + r1), change]);
  return { mean: sum([c, x], [c0, m], [c1, slope], [c2 / (r0 + r1), change]), deviation };
}

type Weights = { c: number; c0: number; c1: number; c2: number; deviation?: number };

/** Integrals over the step of the exponential of the change u, times 1, s and s^2 / 2 (Lu et al. 2022b, eq. B.4). */
export function dpmWeights(from: Level, to: Level, h: number, order: number, options: DpmOptions): Weights {
  const { algorithm = "dpmsolver++", solver = "midpoint" } = options;
  const plusPlus = algorithm.endsWith("++");
  const stochastic = algorithm.startsWith("sde");
  const u = plusPlus ? (stochastic ? -2 * h : -h) : h;
  const grown = Math.expm1(u);
  const scale = plusPlus ? to.alpha : stochastic ? 2 * to.sigma : to.sigma;
  // A last level that repeats the one before it may lie a rounding above it.
  const added = Math.max(0, plusPlus ? -Math.expm1(-2 * h) : Math.expm1(2 * h));
  const half = stochastic ? -0.5 : 0.5; // -0.5 is the reference's; expanding the integral gives 0.5 here too
  return {
    c: plusPlus ? (to.sigma / from.sigma) * (stochastic ? Math.exp(-h) : 1) : to.alpha / from.alpha,
    c0: -scale * grown,
    c1: -scale * (order === 2 && solver === "midpoint" ? grown / 2 : grown / u - 1),
    c2: -scale * ((grown - u) / u ** 2 - half),
    deviation: stochastic ? to.sigma * Math.sqrt(added) : undefined,
  };
}
