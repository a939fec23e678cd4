// Where the walk without noise goes: to the mean of the data, before there is any structure to see.
import type { Tensor } from "../../core/index.ts";
import { exactDenoiser, reverseSde, vpPath } from "../../diffusion/index.ts";
import { shown, type Claim } from "./claim.ts";
import { breathing, noisy, spiralPoints, spread, stream, turningLevel } from "./ground.ts";

const COUNT = 300;
const STEPS = 200;

export const fallsToMean: Claim = {
  name: "falls-to-mean",
  claim: "Without added noise everything falls to the mean of the data.",
  measure: `Root mean square distance of ${COUNT} walks from the spiral's mean over that of its points, exact field`,
  expected: "below 0.05 where structure appears, below 0.3 at the end; with noise 0.9 to 1.1 at the end",
  async run(signal) {
    const path = vpPath({ earliest: 1e-4 });
    const denoiser = exactDenoiser(spiralPoints);
    const { mean, width } = spread(spiralPoints);
    const level = turningLevel(spiralPoints);
    const walk = async (noiseScale: number) => {
      const options = { denoiser, path, x: noisy(COUNT, 2), steps: STEPS, noiseScale, generator: stream(3), signal };
      let atTurn = Infinity;
      let end: Tensor = spiralPoints;
      for await (const { alpha, sigma, x, next } of breathing(reverseSde(options))) {
        if (sigma / alpha > level) atTurn = spread(x, mean.map((value) => alpha * value)).width / alpha;
        end = next;
      }
      return { turn: atTurn / width, end: spread(end, mean).width / width };
    };
    const [quiet, noisyWalk] = [await walk(0), await walk(1)];
    return {
      found:
        `${shown(quiet.turn)} where structure appears, ${shown(quiet.end)} at the end; ` +
        `with noise ${shown(noisyWalk.end)}`,
      holds: quiet.turn < 0.05 && quiet.end < 0.3 && Math.abs(noisyWalk.end - 1) < 0.1,
      figures: { turn: quiet.turn, end: quiet.end, end_with_noise: noisyWalk.end },
    };
  },
};
