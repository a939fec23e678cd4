// Predictor and corrector of score-based models: steps of the reverse SDE, and Langevin steps at one noise level.
import { targetOf, type Expand } from "../plan.ts";
import { draw } from "../stepper.ts";
import { evaluate, sum, type Floats } from "../sum.ts";
import type { Move, Sampler, Step } from "./sampler.ts";

export type ReverseDiffusionOptions = {
  /** Signal-to-noise ratio of a corrector's step. */
  snr?: number;
  /** How often the corrector looks at each level before the predictor leaves it. */
  corrections?: number;
  /** The step to clean data leaves its noise out, which would stay in the sample (their appendix G). */
  denoise?: boolean;
};

/**
 * Predictor: x' = (2 - a) x + b^2 score + b z, where the forward process comes back by x = a x' + b z (Song et al.
 * 2021, arXiv:2011.13456, eq. 46; with a = 1 their algorithm 2, of x = x0 + s noise). Corrector, at entries that lead
 * nowhere: x' = x + e score + sqrt(2 e) z with e = 2 (snr |z| / |score|)^2, norms averaged over the batch (their
 * algorithm 4).
 */
export function reverseDiffusion(options: ReverseDiffusionOptions = {}): Sampler {
  const { snr = 0.15, corrections = 1, denoise = true } = options;
  return {
    name: "predictor-corrector",
    kind: "sde",
    convergenceOrder: null,
    stochastic: true,
    source: "Song et al. 2021 (arXiv:2011.13456), algorithms 2 and 4",
    evaluationsPerStep: corrections + 1,
    expand: lookingAgain(corrections),
    advance(step) {
      const { x, index, plan, estimate } = step;
      const [from, to] = [plan.origins[index], plan.targets[index]];
      if (from === to) return langevin(step, snr);
      const kept = from.alpha / to.alpha;
      const variance = from.sigma ** 2 - (kept * to.sigma) ** 2;
      // The network looked at the level that it was told, which is a rounding away from the table's.
      const toScore = -1 / plan.levels[index].sigma;
      return {
        mean: sum([2 - kept, x], [variance * toScore, estimate.noise]),
        deviation: denoise && to.sigma === 0 ? undefined : Math.sqrt(variance),
      };
    },
  };
}

/** Every level `corrections` times without leaving it, then once more. */
function lookingAgain(corrections: number): Expand {
  return (grid, clock) => {
    const looks = Array.from({ length: corrections + 1 }, (_, look) => look < corrections);
    const each = <T>(value: (i: number, stays: boolean) => T) =>
      grid.timesteps.flatMap((_, i) => looks.map((stays) => value(i, stays)));
    const levels = each((i) => grid.levels[i]);
    return {
      timesteps: each((i) => grid.timesteps[i]),
      sigmas: [...each((i) => grid.sigmas[i]), grid.sigmas[grid.timesteps.length]],
      levels,
      origins: levels,
      targets: each((i, stays) => (stays ? grid.levels[i] : targetOf(grid, clock, i))),
    };
  };
}

function langevin(step: Step, snr: number): Move {
  const { x, index, plan, estimate, shape, generator } = step;
  const toScore = -1 / plan.levels[index].sigma;
  const score = evaluate(sum([toScore, estimate.noise]), x);
  const z = draw({ name: "predictor-corrector" }, shape, generator);
  const rows = shape[0] ?? 1;
  const size = 2 * ((snr * meanNorm(z, rows)) / meanNorm(score, rows)) ** 2;
  return { mean: sum([1, x], [size, score]), deviation: Math.sqrt(2 * size), unitNoise: () => z };
}

/** Mean over the batch of each sample's length. */
function meanNorm(of: Floats, rows: number): number {
  const size = of.length / rows;
  let total = 0;
  for (let b = 0; b < rows; b++) {
    let squares = 0;
    for (let i = b * size; i < (b + 1) * size; i++) squares += of[i] ** 2;
    total += Math.sqrt(squares);
  }
  return total / rows;
}
