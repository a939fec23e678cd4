// A noise level: the two numbers that every sampler, prediction and schedule meet in.

const { fround } = Math;

/** Signal and noise scale of a noisy point: x = alpha x0 + sigma noise. Both are at least 0, not both 0. */
export type Level = { readonly alpha: number; readonly sigma: number };

/** sigma / alpha, the noise level as EDM and k-diffusion count it: 0 for clean data, infinite for pure noise. */
export function noiseRatio({ alpha, sigma }: Level): number {
  return sigma / alpha;
}

/** log(alpha / sigma), half the log signal-to-noise ratio: the time in which DPM-Solver steps. */
export function halfLogSnr({ alpha, sigma }: Level): number {
  return Math.log(alpha) - Math.log(sigma);
}

/** The variance-preserving level (alpha^2 + sigma^2 = 1) with this sigma / alpha. */
export function preservingLevel(ratio: number): Level {
  if (ratio === Infinity) return { alpha: 0, sigma: 1 };
  const alpha = 1 / Math.hypot(1, ratio);
  return { alpha, sigma: ratio * alpha };
}

/** The flow level (alpha + sigma = 1) at noise scale `sigma`. */
export function flowLevel(sigma: number): Level {
  return { alpha: 1 - sigma, sigma };
}

/**
 * Standard deviation of x at `to` given x at the noisier `from` and the clean sample: the noise that a step has to
 * add back so that the chain keeps the marginals (Ho et al. 2020, eq. 7; Kingma et al. 2021, eq. 25 for any level).
 */
export function posteriorDeviation(from: Level, to: Level): number {
  return (to.sigma / from.sigma) * Math.sqrt(forwardVariance(from, to));
}

/**
 * Of a table's levels, a step of the chain as the reference's float32 has it, from alpha^2: what is kept of x and the
 * variance added between them, and the variance at each. Near the data the rounding of 1 - alpha^2 shows.
 */
export function singleChain(from: Level, to: Level): { kept: number; beta: number; power: number; powerTo: number } {
  const [here, there] = [fround(from.alpha ** 2), fround(to.alpha ** 2)];
  const ratio = fround(here / there);
  return { kept: Math.sqrt(ratio), beta: fround(1 - ratio), power: fround(1 - here), powerTo: fround(1 - there) };
}

/** Variance of x at `from` given x at the cleaner `to`: beta of a variance-preserving chain. */
export function forwardVariance(from: Level, to: Level): number {
  const kept = from.alpha / to.alpha;
  return Math.max(0, from.sigma ** 2 - kept ** 2 * to.sigma ** 2);
}
