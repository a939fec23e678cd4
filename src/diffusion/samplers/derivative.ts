// The probability-flow ODE as Euler's family walks it: dx = x0 d(alpha) + noise d(sigma).
import type { Estimate } from "../estimate.ts";
import type { Level } from "../schedule/level.ts";
import { sum, type Sum } from "../sum.ts";

/**
 * dx/d(sigma) from one level toward another, along the straight line between them in the (sigma, alpha) plane. Where
 * alpha is constant (Karras et al. 2022, eq. 3) it is the noise; on a flow's alpha = 1 - sigma it is the flow's
 * velocity (noise - x0).
 */
export function derivative({ denoised, impliedNoise }: Estimate, from: Level, to: Level): Sum {
  const slope = to.alpha === from.alpha ? 0 : (to.alpha - from.alpha) / (to.sigma - from.sigma);
  return sum([1, impliedNoise], [slope, denoised]);
}
