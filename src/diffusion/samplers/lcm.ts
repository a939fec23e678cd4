// LCM: consistency sampling for networks distilled from a latent diffusion model.
import { sum } from "../sum.ts";
import type { Sampler } from "./sampler.ts";

/** The data's standard deviation that the boundary is written with. */
const sigmaData = 0.5;

/**
 * f = c_skip x + c_out x0 with c_skip = d^2 / (s^2 + d^2), c_out = s / sqrt(s^2 + d^2), s = `timeScale` t, so that the
 * network isn't heard at t = 0; then x' = alpha' f + sigma' z. Luo et al. 2023 (arXiv:2310.04378), eq. 9 and
 * algorithm 2. The last step leaves f as it is.
 */
export function lcm({ timeScale = 10 }: { timeScale?: number } = {}): Sampler {
  return {
    name: "lcm",
    kind: "distilled",
    convergenceOrder: null,
    stochastic: true,
    source: "Luo, Tan, Huang, Li & Zhao 2023 (arXiv:2310.04378), eq. 9 and algorithm 2",
    advance({ x, index, plan, estimate }) {
      const scaled = plan.timesteps[index] * timeScale;
      const [ofX, ofDenoised] = [
        sigmaData ** 2 / (scaled ** 2 + sigmaData ** 2),
        scaled / Math.hypot(scaled, sigmaData),
      ];
      const last = index === plan.timesteps.length - 1;
      const { alpha, sigma } = last ? { alpha: 1, sigma: 0 } : plan.targets[index];
      const mean = sum([alpha * ofX, x], [alpha * ofDenoised, estimate.denoised]);
      return { mean, deviation: last ? undefined : sigma };
    },
  };
}
