// IPNDM: PNDM without its Runge-Kutta start: Adams-Bashforth on the noise, of as high an order as it has history for.
import { evaluate, sum } from "../sum.ts";
import { adamsBashforth } from "./pndm.ts";
import type { Sampler } from "./sampler.ts";

/**
 * x' = alpha' (x - sigma e) / alpha + sigma' e,  e = sum_j c_j noise_j over the last four. Zhang & Chen 2023
 * (arXiv:2204.13902), section 4 ("iPNDM"); Liu et al. 2022 (arXiv:2202.09778), eq. 9 and 12. At pure noise the first
 * step goes to the noise alone, as the reference's division by at least 1e-8 makes it.
 */
export function ipndm(): Sampler {
  return {
    name: "ipndm",
    kind: "ode",
    // Fourth order in the noise, but DDIM's step carries it, as in PNDM: it measures as 2.
    convergenceOrder: 2,
    stochastic: false,
    source: "Liu, Ren, Lin & Zhao 2022 (arXiv:2202.09778), eq. 9 and 12; Zhang & Chen 2023 (arXiv:2204.13902)",
    advance({ x, index, plan, estimate, memory }) {
      const noises = [evaluate(estimate.noise, x), ...memory.slice(0, 3)];
      const [from, to] = [plan.levels[index], plan.targets[index]];
      const kept = to.alpha / Math.max(from.alpha, 1e-8);
      const combined = sum(...noises.map((noise, j) => [adamsBashforth[noises.length - 1][j], noise] as const));
      return { mean: sum([kept, x], [to.sigma - kept * from.sigma, combined]), memory: noises };
    },
  };
}
