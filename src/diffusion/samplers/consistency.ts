// Consistency: jump to the clean sample, noise it again up to the next level, jump again.
import { sum } from "../sum.ts";
import type { Sampler } from "./sampler.ts";

/**
 * x' = alpha' x0 + sqrt(sigma'^2 - smallest^2) z. Song et al. 2023 (arXiv:2303.01469), algorithm 1. As in the reference
 * noise is drawn at every step of a run of several, also where its factor is 0.
 * @param options `smallest`: the level whose noise the network leaves in; `scale`: factor on the noise.
 */
export function consistency({ smallest = 0, scale = 1 }: { smallest?: number; scale?: number } = {}): Sampler {
  return {
    name: "consistency",
    kind: "distilled",
    convergenceOrder: null,
    stochastic: true,
    source: "Song, Dhariwal, Chen & Sutskever 2023 (arXiv:2303.01469), algorithm 1",
    advance({ index, plan, estimate }) {
      const { alpha, sigma } = plan.targets[index];
      const added = scale * Math.sqrt(Math.max(0, sigma ** 2 - smallest ** 2));
      return { mean: sum([alpha, estimate.denoised]), deviation: plan.timesteps.length > 1 ? added : undefined };
    },
  };
}
