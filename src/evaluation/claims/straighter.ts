// In which sense flow matching's paths are straight: walked at an even pace, in the model's own time.
import type { Tensor } from "../../core/index.ts";
import {
  exactDenoiser,
  flowPath,
  probabilityFlow,
  vpPath,
  type Denoiser,
  type NoisePath,
} from "../../diffusion/index.ts";
import { shown, type Claim } from "./claim.ts";
import { breathing, clouds, noisy, spiralPoints } from "./ground.ts";

const COUNT = 300;
const BLUR = 0.02;
/** Points at which each of the solver's steps is looked at. */
const SHARES = [0.25, 0.5, 0.75, 1];

export const straighter: Claim = {
  name: "straighter",
  claim: "Flow matching's paths are straighter than the variance-preserving ones, as walks in their own time.",
  measure:
    `${COUNT} solutions of the ODE: the mean square by which the velocity differs from that of the straight line ` +
    "between their ends, over the line's own (Liu et al. 2023, eq. 6); clouds and spiral, exact field",
  expected: "the flow's at most 0.6 of VP's on both",
  async run(signal) {
    const paths = { flow: flowPath({ latest: 0.9999 }), vp: vpPath() };
    const fields = { clouds: clouds.denoiser, spiral: exactDenoiser(spiralPoints, { deviation: BLUR }) };
    const figures: Record<string, number> = {};
    for (const [data, field] of Object.entries(fields)) {
      for (const [name, path] of Object.entries(paths)) {
        const { unevenness, length } = await straightness(field, path, signal);
        figures[`${data}_${name}`] = unevenness;
        figures[`${data}_${name}_length`] = length;
      }
    }
    const pair = (data: string, what = "") =>
      `${shown(figures[`${data}_flow${what}`])} against ${shown(figures[`${data}_vp${what}`])}`;
    return {
      found:
        `clouds ${pair("clouds")}, spiral ${pair("spiral")}; but longer for the same distance, as curves: ` +
        `${pair("clouds", "_length")}, ${pair("spiral", "_length")}`,
      holds: ["clouds", "spiral"].every((data) => figures[`${data}_flow`] <= 0.6 * figures[`${data}_vp`]),
      figures,
    };
  },
};

/** Liu's measure, and the length of all walks over the distance of their ends. */
async function straightness(
  denoiser: Denoiser, path: NoisePath, signal: AbortSignal | undefined,
): Promise<{ unevenness: number; length: number }> {
  const x = noisy(COUNT, 2, path.level(path.latest).sigma);
  const moves: { du: number; way: Float32Array }[] = [];
  let last: Tensor = x;
  const solver = { denoiser, path, x, relative: 1e-4, absolute: 1e-4, signal };
  for await (const { from, to, at } of breathing(probabilityFlow(solver))) {
    for (const share of SHARES) {
      const here = at(from + share * (to - from));
      const before = last.data;
      moves.push({ du: (to - from) / SHARES.length, way: here.data.map((value, i) => value - before[i]) });
      last = here;
    }
  }
  const whole = last.data.map((value, i) => value - x.data[i]);
  const time = path.earliest - path.latest;
  let uneven = 0;
  for (const { du, way } of moves) {
    const share = du / time; // of the walk's time
    uneven += way.reduce((sum, value, i) => sum + (value / share - whole[i]) ** 2, 0) * share;
  }
  const lengths = moves.reduce((sum, { way }) => sum + lengthOf(way), 0);
  return { unevenness: uneven / whole.reduce((sum, value) => sum + value ** 2, 0), length: lengths / lengthOf(whole) };
}

/** The sum of the lengths of vectors of the plane. */
function lengthOf(vectors: Float32Array): number {
  let total = 0;
  for (let i = 0; i < vectors.length; i += 2) total += Math.hypot(vectors[i], vectors[i + 1]);
  return total;
}
