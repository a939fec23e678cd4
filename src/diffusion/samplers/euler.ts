// Euler: one straight step along the probability-flow ODE; with churn, after stepping back toward noise a little.
import { toDenoised } from "../prediction.ts";
import { sum } from "../sum.ts";
import { derivative } from "./derivative.ts";
import type { Move, Sampler, Step } from "./sampler.ts";

/** x' = x + (sigma' - sigma) dx/d(sigma). Karras et al. 2022, algorithm 2 without its correction. */
export function euler(): Sampler {
  return {
    name: "euler",
    kind: "ode",
    convergenceOrder: 1,
    stochastic: false,
    source: "Karras et al. 2022 (arXiv:2206.00364), algorithm 2; flow: Lipman et al. 2023 (arXiv:2210.02747)",
    advance(step) {
      const gamma = churn(step);
      if (gamma > 0) return churned(step, gamma);
      const { x, index, plan, estimate } = step;
      const [from, to] = [plan.levels[index], plan.targets[index]];
      return { mean: sum([1, x], [to.sigma - from.sigma, derivative(estimate, from, to)]) };
    },
  };
}

function churn({ plan, index, options: { sChurn = 0, sTmin = 0, sTmax = Infinity } }: Step): number {
  const { alpha, sigma } = plan.levels[index];
  if (alpha !== 1 || sigma < sTmin || sigma > sTmax) return 0;
  // As the reference counts: log-linear sigmas are one more than the steps.
  const steps = plan.sigmas.length - 1 + (plan.skipped?.length ?? 0);
  return Math.min(sChurn / steps, Math.SQRT2 - 1);
}

/**
 * The step from the raised level sigma^ = (1 + gamma) sigma. As in the reference, the network looked before the noise
 * was added: its output is read again at the noisier x, which is linear, so the noise is only carried through.
 */
function churned({ x, index, plan, estimate: { output }, options }: Step, gamma: number): Move {
  const { alpha, sigma } = plan.levels[index];
  const raised = sigma * (1 + gamma);
  const level = output.type === "epsilon" || output.preconditioning ? { alpha, sigma: raised } : output.level;
  const denoised = toDenoised({ ...output, level });
  const stride = (plan.targets[index].sigma - raised) / raised;
  const ofX = denoised.find(([, array]) => array === x)?.[0] ?? 0;
  const added = Math.sqrt(raised ** 2 - sigma ** 2) * (options.sNoise ?? 1);
  return { mean: sum([1 + stride, x], [-stride, denoised]), deviation: added * (1 + stride * (1 - ofX)) };
}
