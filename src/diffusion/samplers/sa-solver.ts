// SA-Solver: stochastic Adams methods; a multistep predictor with noise whose last step is corrected by the next look.
import { halfLogSnr, type Level } from "../schedule/level.ts";
import { evaluate, sum, type Sum } from "../sum.ts";
import { knownHistory } from "./deis.ts";
import { exponentialMoments, lagrangeCoefficients } from "./adams-coefficients.ts";
import type { Sampler } from "./sampler.ts";

export type SaSolverOptions = {
  predictorOrder?: number;
  correctorOrder?: number;
  /** Interpolate the clean sample, or the noise. */
  predictX0?: boolean;
  lowerOrderFinal?: boolean;
  /** How stochastic the step from model time t is: 0 follows the ODE, 1 the SDE. */
  tau?: (t: number) => number;
};

/** The reference's: noise in the middle of the run alone. */
const middleOnly = (t: number): number => (t >= 200 && t <= 800 ? 1 : 0);

/**
 * x' = c x + sum_j b_j m_j + s z, b_j integrals of the Lagrange polynomials of the looks m in log-SNR times the kernel
 * of the SDE with noise tau (Xue et al. 2023, arXiv:2309.05019, eq. 14 and 17). The corrector takes the step again with
 * the look at its end, and the same noise: it exchanges the predictor's sum for its own.
 * Remembers that sum of the last step and then the looks, newest first.
 */
export function saSolver(options: SaSolverOptions = {}): Sampler {
  const { predictorOrder = 2, correctorOrder = 2, predictX0 = true, lowerOrderFinal = true } = options;
  const { tau = middleOnly } = options;
  return {
    name: "sa-solver",
    kind: "sde",
    convergenceOrder: null,
    stochastic: true,
    source: "Xue et al. 2023 (arXiv:2309.05019), algorithm 1, eq. 14 and 17",
    advance(step) {
      const { x, index, plan, estimate, memory } = step;
      const m = evaluate(predictX0 ? estimate.denoised : estimate.noise, x);
      const [lastSum, ...earlier] = memory;
      const left = (i: number) => (lowerOrderFinal ? plan.timesteps.length - i : Infinity);
      let here: Sum = [[1, x]];
      if (lastSum !== undefined && correctorOrder > 0 && plan.levels[index - 1].alpha > 0) {
        const order = Math.min(correctorOrder, left(index) + 2, earlier.length + 1, knownHistory(step));
        const looks = [m, ...earlier].slice(0, order);
        const lambdas = looks.map((_, j) => halfLogSnr(plan.levels[index - j]));
        const [from, to] = [plan.levels[index - 1], plan.levels[index]];
        const part = looksPart({ from, to, lambdas, predictX0, corrects: true }, tau(plan.timesteps[index - 1]));
        here = sum([1, x], [-1, lastSum], ...part.map((weight, j) => [weight, looks[j]] as const));
      }
      const [from, to] = [plan.levels[index], plan.targets[index]];
      const remembered = [m, ...earlier].slice(0, Math.max(predictorOrder, correctorOrder - 1));
      // Pure noise and clean data have no log-SNR: DDIM's step from the one and to the other.
      if (from.alpha === 0 || to.sigma === 0) {
        const jump = sum([to.alpha, estimate.denoised], [to.sigma, estimate.noise]);
        return { mean: jump, deviation: 0, memory: [x, ...remembered] };
      }
      const noisiness = tau(plan.timesteps[index]);
      const use = Math.min(predictorOrder, left(index), earlier.length + 1, knownHistory(step));
      const looks = [m, ...earlier].slice(0, use);
      const lambdas = looks.map((_, j) => halfLogSnr(plan.levels[index - j]));
      const weights = looksPart({ from, to, lambdas, predictX0, corrects: false }, noisiness);
      const added = evaluate(sum(...weights.map((weight, j) => [weight, looks[j]] as const)), x);
      const { kept, deviation } = kernel(from, to, noisiness, predictX0);
      return { mean: sum([kept, here], [1, added]), deviation, memory: [added, ...remembered] };
    },
  };
}

/** What is kept of x and the noise that is added: of the SDE with noise tau. */
function kernel(from: Level, to: Level, tau: number, predictX0: boolean): { kept: number; deviation: number } {
  const h = halfLogSnr(to) - halfLogSnr(from);
  if (!predictX0) return { kept: to.alpha / from.alpha, deviation: tau * to.sigma * Math.sqrt(Math.expm1(2 * h)) };
  return {
    kept: Math.exp(-(tau ** 2) * h) * (to.sigma / from.sigma),
    deviation: tau === 0 ? 0 : to.sigma * Math.sqrt(-Math.expm1(-2 * tau ** 2 * h)),
  };
}

type Interval = {
  from: Level;
  to: Level;
  /** Log-SNR of each look, newest first. */
  lambdas: readonly number[];
  predictX0: boolean;
  corrects: boolean;
};

/** The weight of each look. With two of them and x0, the reference's change of third order in h is in it. */
function looksPart({ from, to, lambdas, predictX0, corrects }: Interval, tau: number): number[] {
  const [start, end] = [halfLogSnr(from), halfLogSnr(to)];
  const h = end - start;
  const rate = 1 + tau ** 2;
  const order = lambdas.length;
  // Times are counted from the interval's end, which keeps the exponentials small.
  const nodes = lambdas.map((lambda) => lambda - end);
  const moments = exponentialMoments(predictX0 ? rate : -1, -h, order);
  const weights = lagrangeCoefficients(nodes).map((row) => row.reduce((total, c, k) => total + c * moments[k], 0));
  if (predictX0 && order === 2) {
    const grown = h * rate - 1 + Math.exp(-rate * h);
    const change = corrects
      ? h / 2 - grown / (rate ** 2 * h)
      : (h ** 2 / 2 - grown / rate ** 2) / (start - lambdas[1]);
    weights[0] += change;
    weights[1] -= change;
  }
  return weights.map((weight) => weight * rate * (predictX0 ? to.alpha : -to.sigma));
}
