// The ablation: the noisy walk's drift without its noise isn't the other walk, and doesn't reach the data.
import { reverseSde, vpPath } from "../../diffusion/index.ts";
import { shown, type Claim } from "./claim.ts";
import { clouds, distanceOf, drawClouds, endOf, noisy, samplingFloor, spread, stream } from "./ground.ts";

const COUNT = 1000;
const STEPS = 300;

export const noiseNeeded: Claim = {
  name: "noise-needed",
  claim: "The noisy walk needs its noise: left out, the same steps don't reach the distribution of the data.",
  measure: `Sliced Wasserstein distance of ${COUNT} samples of the reverse SDE to true ones, with and without noise`,
  expected: "with noise within 1.5 floors, without it more than 10 floors",
  async run(signal) {
    const path = vpPath({ earliest: 1e-4 });
    const floor = samplingFloor(drawClouds, COUNT);
    const truth = drawClouds(COUNT, 1);
    const walk = (noiseScale: number) => {
      const options = { denoiser: clouds.denoiser, path, signal, x: noisy(COUNT, 2), steps: STEPS };
      return endOf(reverseSde({ ...options, noiseScale, generator: stream(3) }));
    };
    const [noisyEnd, quietEnd] = [await walk(1), await walk(0)];
    const figures = {
      floor,
      with_noise: distanceOf(noisyEnd, truth),
      without_noise: distanceOf(quietEnd, truth),
      width_kept: spread(quietEnd).width / spread(truth).width,
    };
    return {
      found: `with ${shown(figures.with_noise / floor)} floors, without ${shown(figures.without_noise / floor)} floors`,
      holds: figures.with_noise <= 1.5 * floor && figures.without_noise > 10 * floor,
      figures,
    };
  },
};
