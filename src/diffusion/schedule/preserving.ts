// Variance-preserving schedules in unit time: any t from 0 (data) to 1 (noise), not a table.
import type { Level } from "./level.ts";
import type { NoiseSchedule } from "./schedule.ts";

type Times = { levelAt: (t: number) => Level; timeOf: (ratio: number) => number };

/** The schedule whose level at t in [0, 1] is `levelAt(t)`; `timeOf` is its inverse, of the ratio sigma / alpha. */
export function preservingSchedule(numTrainTimesteps: number, { levelAt, timeOf }: Times): NoiseSchedule {
  return {
    kind: "preserving",
    numTrainTimesteps,
    at: levelAt,
    logSnr(t) {
      const { alpha, sigma } = levelAt(t);
      return 2 * (Math.log(alpha) - Math.log(sigma));
    },
    timeOf,
  };
}

/**
 * Linear beta(t) = least + t (most - least) of the continuous chain: log alpha = -t^2 (most - least) / 4 - t least / 2
 * (Song et al. 2021, arXiv:2011.13456, eq. 33).
 */
export function linearPreservingSchedule(numTrainTimesteps: number, least: number, most: number): NoiseSchedule {
  const span = most - least;
  return preservingSchedule(numTrainTimesteps, {
    levelAt(t) {
      const logAlpha = (-(t * t) * span) / 4 - (t * least) / 2;
      return { alpha: Math.exp(logAlpha), sigma: Math.sqrt(-Math.expm1(2 * logAlpha)) };
    },
    timeOf(ratio) {
      const logAlpha = -Math.log1p(ratio ** 2) / 2;
      const root = Math.sqrt(least ** 2 - 4 * span * logAlpha);
      return Math.min(1, (-4 * logAlpha) / (least + root));
    },
  });
}
