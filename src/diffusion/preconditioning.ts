// EDM's preconditioning: networks whose output is a correction to x, scaled so that it has unit size at every level.
import type { Output } from "./prediction.ts";
import { sum, type Floats, type Sum } from "./sum.ts";

/** How a network F is wrapped: x0 = c_skip x + c_out F(c_in x). */
export type Preconditioning = {
  /** Standard deviation of the data that it was made for. */
  sigmaData: number;
  /** Consistency models: the level at which the network isn't asked, so that x is the answer (0 for EDM). */
  sigmaMin: number;
  /** The sign of F: 1 of EDM's own, -1 where it was trained as a velocity. */
  sign: 1 | -1;
};

/**
 * c_skip = d^2 / ((s - m)^2 + d^2), c_out = (s - m) d / sqrt(s^2 + d^2), with d the data's deviation and m sigmaMin.
 * Karras et al. 2022, table 1 (m = 0); Song et al. 2023 (arXiv:2303.01469), appendix C.
 */
function weights(sigma: number, { sigmaData, sigmaMin, sign }: Preconditioning): { ofX: number; ofOutput: number } {
  const above = sigma - sigmaMin;
  const ofOutput = (sign * above * sigmaData) / Math.hypot(sigma, sigmaData);
  return { ofX: sigmaData ** 2 / (above ** 2 + sigmaData ** 2), ofOutput };
}

/** The clean sample out of the network's output, for x = x0 + sigma noise. */
export function preconditionedDenoised({ x, prediction, level }: Output, wrapped: Preconditioning): Sum {
  const { ofX, ofOutput } = weights(level.sigma, wrapped);
  return sum([ofX, x], [ofOutput, prediction]);
}

/** What such a network says where the clean sample is `denoised`. `x` is unscaled. */
export function toPreconditioned(denoised: Floats, x: Floats, sigma: number, wrapped: Preconditioning): Sum {
  const { ofX, ofOutput } = weights(sigma, wrapped);
  return sum([1 / ofOutput, denoised], [-ofX / ofOutput, x]);
}
