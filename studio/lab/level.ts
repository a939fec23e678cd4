// The lab's clock: time t from 0 (data) to 1 (noise), and the noise level that it means.
import type { Level } from "driftfield/diffusion";

export const LEAST = 0.01;
export const MOST = 10;

/** Noise over signal at time `t`: even in its logarithm, from 0.01 to 10 (as smalldiffusion's schedule). */
export function ratioAt(t: number): number {
  return LEAST * (MOST / LEAST) ** t;
}

/**
 * Signal and noise scale at `t`, in the lab's frame: x_t = alpha x_0 + sigma noise with alpha^2 + sigma^2 = 1, so that
 * data and noise stay in the picture. x_t / alpha is the same process with its signal left alone.
 */
export function levelAt(t: number): Level {
  const ratio = ratioAt(t);
  const alpha = 1 / Math.sqrt(1 + ratio * ratio);
  return { alpha, sigma: ratio * alpha };
}
