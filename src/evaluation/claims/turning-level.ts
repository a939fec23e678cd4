// When the field stops pointing at the mean: at a noise level that the data's covariance says beforehand.
import type { Tensor } from "../../core/index.ts";
import { moons, rings, spiral } from "../../data/shapes/index.ts";
import { exactDenoiser } from "../../diffusion/index.ts";
import { shown, type Claim } from "./claim.ts";
import { drawClouds, noisy, spread, variances } from "./ground.ts";

const COUNT = 1000;

export const turning: Claim = {
  name: "turning-level",
  claim: "The field turns from the mean to the structure at a noise level that can be told from the data.",
  measure:
    "Level at which the exact denoiser's distance from the mean says half of the data's variance: predicted from the " +
    "eigenvalues of their covariance, and found on noised data",
  expected: "found / predicted 0.95 to 1.2 on the spiral, moons, rings, clouds, and on the spiral enlarged 20 times",
  async run() {
    const { points } = spiral();
    const sets: Record<string, Tensor> = {
      spiral: points,
      moons: moons().points,
      rings: rings().points,
      clouds: drawClouds(200, 7),
      large_spiral: { ...points, data: points.data.map((value) => 20 * value) },
    };
    const figures: Record<string, number> = {};
    const shares = Object.entries(sets).map(([name, set]) => {
      const [predicted, found] = [predictedLevel(set), foundLevel(set)];
      figures[`${name}_predicted`] = predicted;
      figures[`${name}_found`] = found;
      return { name: name.replace("_", " "), share: found / predicted };
    });
    return {
      found: shares.map(({ name, share }) => `${name} ${shown(share)}`).join(", "),
      holds: shares.every(({ share }) => share > 0.95 && share < 1.2),
      figures,
    };
  },
};

/** Of a Gaussian with these variances along its axes, sum v^2 / (v + sigma^2) is what the denoiser says of sum v. */
function predictedLevel(points: Tensor): number {
  const values = variances(points);
  return levelOfHalf(points, (sigma) => values.reduce((sum, v) => sum + v ** 2 / (v + sigma ** 2), 0));
}

function foundLevel(points: Tensor): number {
  const denoise = exactDenoiser(points);
  const { mean } = spread(points);
  const noise = noisy(COUNT, 8).data;
  return levelOfHalf(points, (sigma) => {
    const data = noise.map((z, i) => points.data[i % points.data.length] + sigma * z);
    const denoised = denoise({ data, shape: [COUNT, 2] }, { alpha: 1, sigma }).data;
    return denoised.reduce((sum, value, i) => sum + (value - mean[i % 2]) ** 2, 0) / COUNT;
  });
}

/** Where what is `said` of the variance, which falls with the level, is half of it: bisected in the logarithm. */
function levelOfHalf(points: Tensor, said: (sigma: number) => number): number {
  const { width } = spread(points);
  let [low, high] = [width / 1000, width * 1000];
  while (high / low > 1.002) {
    const middle = Math.sqrt(low * high);
    if (said(middle) > width ** 2 / 2) low = middle;
    else high = middle;
  }
  return Math.sqrt(low * high);
}
