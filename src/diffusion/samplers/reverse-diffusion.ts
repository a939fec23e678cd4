// Predictor and corrector of score-based models: steps of the reverse SDE, and Langevin steps at one noise level.
import { evaluate, sum, type Floats } from "../sum.ts";
import type { Move, Sampler, Step } from "./sampler.ts";
import { draw } from "../stepper.ts";

/**
 * Predictor: x' = x + (s^2 - s'^2) score + sqrt(s^2 - s'^2) z for x = x0 + s noise (Song et al. 2021,
 * arXiv:2011.13456, algorithm 2 and eq. 46). Corrector, at entries that lead nowhere: x' = x + e score + sqrt(2 e) z
 * with e = 2 (snr |z| / |score|)^2, norms averaged over the batch (algorithm 4).
 * @param options `snr`: signal-to-noise ratio of a corrector's step.
 */
export function reverseDiffusion({ snr = 0.15 }: { snr?: number } = {}): Sampler {
  return {
    name: "predictor-corrector",
    kind: "sde",
    convergenceOrder: null,
    stochastic: true,
    source: "Song et al. 2021 (arXiv:2011.13456), algorithms 2 and 4",
    advance(step) {
      const { x, index, plan, estimate } = step;
      const [from, to] = [plan.origins[index], plan.targets[index]];
      if (from === to) return langevin(step, snr);
      const variance = from.sigma ** 2 - to.sigma ** 2;
      // The network looked at the level that it was told, which is a rounding away from the table's.
      const toScore = -1 / plan.levels[index].sigma;
      return {
        mean: sum([1, x], [variance * toScore, estimate.noise]),
        deviation: Math.sqrt(variance),
      };
    },
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
