// Accelerated: DDIM along noise directions that remember the last one; with mu it is everything up to DDPM.
import { evaluate, sum } from "../sum.ts";
import type { Sampler } from "./sampler.ts";

/**
 * With the ratio r = sigma / alpha and e the noise that the network says,
 *   x'/alpha' = x/alpha + (r_p - r) (gamma e + (1 - gamma) e_before) + sqrt(r'^2 - r_p^2) z,
 *   r_p = (r' / r^mu)^(1 / (1 - mu)).
 * Permenter & Yuan 2024, algorithm 2 (gamma 2) and section 3; smalldiffusion `samples`. DDIM is gamma 1 with mu 0,
 * DDPM (nearly) gamma 1 with mu 1/2. Both are options of the run; these are its defaults: gamma 2, mu 0.
 */
export function accelerated(): Sampler {
  return {
    name: "accelerated",
    kind: "ode",
    convergenceOrder: 1,
    stochastic: false,
    source: "Permenter & Yuan 2024 (arXiv:2306.04848), algorithm 2; smalldiffusion, samples",
    advance({ x, index, plan, estimate, memory, options: { gamma = 2, mu = 0 } }) {
      const [from, to] = [plan.levels[index], plan.targets[index]];
      const noise = evaluate(estimate.impliedNoise, x);
      const before = memory[0] ?? noise;
      const [ratio, next] = [from.sigma / from.alpha, to.sigma / to.alpha];
      const past = mu === 0 ? next : pastRatio(ratio, next, mu);
      const lean = memory.length === 0 ? 0 : to.alpha * (past - ratio) * (gamma - 1);
      return {
        mean: sum([to.alpha, estimate.denoised], [to.alpha * past + lean, noise], [-lean, before]),
        deviation: mu === 0 ? undefined : to.alpha * Math.sqrt(Math.max(0, next ** 2 - past ** 2)),
        memory: [noise],
      };
    },
  };
}

/** The level to step to before noise is added back up to `next`: 0 from pure noise, whose ratio is infinite. */
function pastRatio(ratio: number, next: number, mu: number): number {
  return ratio === Infinity ? 0 : (next / ratio ** mu) ** (1 / (1 - mu));
}
