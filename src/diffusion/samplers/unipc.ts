// UniPC: a multistep predictor whose last step is corrected, for free, with the evaluation that follows it.
import { halfLogSnr, type Level } from "../schedule/level.ts";
import { evaluate, sum, type Floats, type Sum } from "../sum.ts";
import { knownHistory } from "./deis.ts";
import { solve } from "./linear-system.ts";
import type { Sampler, Step } from "./sampler.ts";

export type UniPcOptions = {
  order?: number;
  /** B(h) of the paper: h itself (bh1) or e^h - 1 (bh2). */
  solver?: "bh1" | "bh2";
  /** Interpolate the clean sample (as DPM-Solver++ does) or the noise. */
  predictX0?: boolean;
  lowerOrderFinal?: boolean;
  /** Steps whose result isn't corrected. */
  uncorrected?: readonly number[];
};

/**
 * x' = c x - k (e^u - 1) m_0 - k B(h) sum_j rho_j D_j / r_j, predictor and corrector alike, the corrector with the new
 * evaluation as one more D. Zhao et al. 2023, eq. 3, 8 and 9, algorithms 5 to 8.
 * Remembers the last (corrected) x and then the interpolated quantities m, newest first.
 */
export function unipc(options: UniPcOptions = {}): Sampler {
  const { order = 2, predictX0 = true, lowerOrderFinal = true, uncorrected = [] } = options;
  return {
    name: order === 2 ? "unipc" : `unipc-${order}m`,
    kind: "ode",
    // The paper's order + 1; by default the last step is of first order, which alone makes the whole second.
    convergenceOrder: lowerOrderFinal ? Math.min(order + 1, 2) : order + 1,
    stochastic: false,
    source: "Zhao et al. 2023 (arXiv:2302.04867), algorithms 5 to 8",
    advance(step) {
      const { x, index, plan, estimate, memory } = step;
      const m = evaluate(predictX0 ? estimate.denoised : estimate.noise, x);
      const [last, ...earlier] = memory;
      const left = (i: number) => (lowerOrderFinal ? plan.timesteps.length - i : order);
      let here = x;
      if (last !== undefined && !uncorrected.includes(index - 1)) {
        const before = { ...step, index: index - 1 };
        const use = Math.min(order, earlier.length, left(index - 1), knownHistory(before));
        here = evaluate(solverStep(before, last, earlier.slice(0, use), plan.levels[index], options, m), x);
      }
      const [from, to] = [plan.levels[index], plan.targets[index]];
      const remembered = [here, m, ...earlier.slice(0, order - 1)];
      // Clean data have no log-SNR: DDIM's step there. Nor is there a slope within a level that is stepped to itself.
      if (to.sigma === 0) return { mean: [[to.alpha, evaluate(estimate.denoised, x)]], memory: remembered };
      const stays = halfLogSnr(to) === halfLogSnr(from);
      const use = stays ? 1 : Math.min(order, earlier.length + 1, left(index), knownHistory(step));
      const mean = solverStep(step, here, [m, ...earlier].slice(0, use), to, options);
      return { mean, memory: remembered };
    },
  };
}

/** A step from `x` at entry `index` to level `to`, of order ms.length; the corrector's if given `ahead`, m at `to`. */
function solverStep(
  { index, plan }: Step,
  x: Floats,
  ms: readonly Floats[],
  to: Level,
  { predictX0 = true, solver = "bh2" }: UniPcOptions,
  ahead?: Floats,
): Sum {
  const from = plan.levels[index];
  const h = halfLogSnr(to) - halfLogSnr(from);
  const u = predictX0 ? -h : h;
  const grown = Math.expm1(u);
  const b = solver === "bh1" ? u : grown;
  const ratios = ms.slice(1).map((_, j) => (halfLogSnr(plan.levels[index - 1 - j]) - halfLogSnr(from)) / h);
  const weights = ahead ? weightsFor([...ratios, 1], u, b) : weightsFor(ratios, u, b);
  const [scale, ofX] = predictX0 ? [to.alpha, to.sigma / from.sigma] : [to.sigma, to.alpha / from.alpha];
  const differences = weights.map((weight, j) => {
    const ratio = ratios[j] ?? 1;
    const difference = sum([1, ms[j + 1] ?? ahead!], [-1, ms[0]]);
    return [(-scale * b * weight) / ratio, difference] as const;
  });
  return sum([ofX, x], [-scale * grown, ms[0]], ...differences);
}

/** rho of the paper's eq. 8: makes the step exact for polynomials. One unknown has the degenerate solution 1/2. */
function weightsFor(ratios: readonly number[], u: number, b: number): number[] {
  if (ratios.length < 2) return ratios.map(() => 0.5);
  let phi = Math.expm1(u) / u - 1;
  let factorial = 1;
  const wanted = ratios.map((_, i) => {
    const value = (phi * factorial) / b;
    factorial *= i + 2;
    phi = phi / u - 1 / factorial;
    return value;
  });
  return solve(
    ratios.map((_, i) => ratios.map((ratio) => ratio ** i)),
    wanted,
  );
}
