// PNDM: Adams-Bashforth on the network's outputs, carried from level to level by DDIM's step.
import { targetOf, type Expand } from "../plan.ts";
import { toDenoised, toNoise } from "../prediction.ts";
import { evaluate, sum, type Floats, type Sum } from "../sum.ts";
import { expandRungeKutta, rungeKuttaEntries, rungeKuttaStage } from "./pndm-runge-kutta.ts";
import type { Move, Sampler, Step } from "./sampler.ts";

/** Weights of the newest and older outputs, by how many there are (Liu et al. 2022, eq. 12 and appendix). */
export const adamsBashforth = [
  [1],
  [3 / 2, -1 / 2],
  [23 / 12, -16 / 12, 5 / 12],
  [55 / 24, -59 / 24, 37 / 24, -9 / 24],
];

/**
 * x' = phi(x, sum_j c_j e_j, t -> t'), phi = DDIM's step and e_j the last four outputs. Liu et al. 2022, eq. 11 and 12.
 * @param options `rungeKutta`: the paper's start, three steps of four evaluations (its eq. 13). Without it the run
 *   starts as PLMS does in Stable Diffusion: the first step is taken twice, then with the mean of both outputs.
 */
export function pndm({ rungeKutta = false }: { rungeKutta?: boolean } = {}): Sampler {
  return {
    name: "pndm",
    kind: "ode",
    convergenceOrder: 2,
    stochastic: false,
    source: "Liu, Ren, Lin & Zhao 2022 (arXiv:2202.09778), eq. 11 to 13",
    expand: rungeKutta ? expandRungeKutta : firstStepTwice,
    cutsEntries: true,
    advance(step) {
      if (rungeKutta && step.index < rungeKuttaEntries) return rungeKuttaStage(step, transfer);
      const { output } = step.estimate;
      if (!rungeKutta && step.index === 0) {
        return { mean: transfer(step, step.x, [[1, output.prediction]]), memory: [output.prediction.slice(), step.x] };
      }
      if (!rungeKutta && step.index === 1 && step.memory.length === 2) {
        const [first, start] = step.memory;
        return {
          mean: transfer(step, start, [
            [0.5, output.prediction],
            [0.5, first],
          ]),
          memory: [first],
        };
      }
      const outputs = [output.prediction.slice(), ...step.memory.slice(0, 3)];
      const weights = adamsBashforth[outputs.length - 1];
      return {
        mean: transfer(
          step,
          step.x,
          outputs.map((e, j) => [weights[j], e]),
        ),
        memory: outputs.slice(0, 3),
      };
    },
  };
}

/** DDIM's step from `start`, with `outputs` read as what the network said there (eq. 11). */
function transfer({ index, plan, estimate }: Step, start: Floats, outputs: Sum): Move["mean"] {
  const { alpha, sigma } = plan.targets[index];
  const prediction = evaluate(outputs, start);
  const output = { ...estimate.output, x: start, prediction, level: plan.origins[index] };
  return sum([alpha, toDenoised(output)], [sigma, toNoise(output)]);
}

/**
 * Entries t0, t1, t1, t2, ...: the second goes back to the start of the first. A run that starts late in that list
 * still takes its own second entry for it, as the reference does, although its time is another.
 */
const firstStepTwice: Expand = (grid, clock, from) => {
  const { timesteps, sigmas, levels, stride } = grid;
  const all = timesteps.length < 2 ? [0] : [0, 1, ...timesteps.keys()].toSorted((a, b) => a - b).slice(1);
  const order = all.slice(from);
  const second = order.length === 1 ? 0 : timesteps[order[1]];
  const origin = stride === undefined || order.length === 1 ? levels[order[0]] : clock.levelAt(second + stride);
  return {
    timesteps: order.map((i) => timesteps[i]),
    sigmas: [...order.map((i) => sigmas[i]), sigmas[timesteps.length]],
    levels: order.map((i) => levels[i]),
    origins: order.map((i, k) => (k === 1 ? origin : levels[i])),
    targets: order.map((i, k) => (k === 1 ? levels[order[1]] : targetOf(grid, clock, i))),
  };
};
