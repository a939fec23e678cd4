// Why a network is asked for all the noise in x, not for that of the last step: one field, and far steadier targets.
import { exactDenoiser, exactTrace, schedulerFromConfig } from "../../diffusion/index.ts";
import { shown, type Claim } from "./claim.ts";
import { noisy, spiralPoints, stream } from "./ground.ts";

const COUNT = 4000;
const TIMES = [100, 300, 600];

export const totalNoise: Claim = {
  name: "total-noise",
  claim: "Total-noise targets teach the same field as one-step targets, with less variance.",
  measure:
    "Both targets, as scores, less the exact score of the spiral: " +
    `${COUNT} draws at each of t = ${TIMES.join(", ")} of 1000`,
  expected: "both means 0 within 4 standard errors; the ratio of the variances within 15% of its closed form, above 10",
  async run() {
    const trace = exactTrace();
    const { alphasCumprod } = schedulerFromConfig({ _class_name: "DDPMScheduler" });
    const denoise = exactDenoiser(spiralPoints);
    let [holds, worst, least] = [true, 0, Infinity];
    const figures: Record<string, number> = {};
    for (const [use, t] of TIMES.entries()) {
      const [before, now] = [alphasCumprod![t - 1], alphasCumprod![t]];
      const [beta, kept] = [1 - now / before, Math.sqrt(now / before)];
      const clean = stream(10 + use).randint(0, spiralPoints.shape[0], [COUNT]).data;
      const [early, step] = [noisy(COUNT, 20 + use).data, noisy(COUNT, 30 + use).data];
      const x0 = early.map((_, i) => spiralPoints.data[2 * clean[Math.floor(i / 2)] + (i % 2)]);
      const previous = early.map((z, i) => Math.sqrt(before) * x0[i] + Math.sqrt(1 - before) * z);
      const x = previous.map((value, i) => kept * value + Math.sqrt(beta) * step[i]);
      const level = { alpha: Math.sqrt(now), sigma: Math.sqrt(1 - now) };
      const denoised = denoise({ data: x, shape: [COUNT, 2] }, level).data;
      const score = x.map((value, i) => (level.alpha * denoised[i] - value) / level.sigma ** 2);
      const oneStep = moments(step, (z, i) => -z / Math.sqrt(beta) - score[i]);
      const total = moments(x, (value, i) => (level.alpha * x0[i] - value) / level.sigma ** 2 - score[i]);
      // Either target is the score and noise without correlation to it: 1 / beta and 1 / sigma^2 in all. What is left
      // of the total one is the posterior covariance of x0, which the denoiser's Jacobian says.
      const traces = await trace(denoise, { data: x, shape: [COUNT, 2] }, level);
      const left = (level.alpha / level.sigma ** 2) * (traces.reduce((a, b) => a + b) / (2 * COUNT));
      const wanted = (1 / beta - 1 / level.sigma ** 2 + left) / left;
      const ratio = oneStep.square / total.square;
      figures[`ratio_${t}`] = ratio;
      figures[`closed_form_${t}`] = wanted;
      worst = Math.max(worst, oneStep.errors, total.errors);
      least = Math.min(least, ratio);
      holds &&= Math.abs(ratio / wanted - 1) < 0.15 && ratio > 10;
    }
    const ratios = TIMES.map((t) => `${shown(figures[`ratio_${t}`])} (${shown(figures[`closed_form_${t}`])})`);
    return {
      found: `variances ${ratios.join(", ")} times larger (closed form); means off by ${shown(worst)} standard errors`,
      holds: holds && worst < 4,
      figures: { ...figures, mean_in_standard_errors: worst, least_ratio: least },
    };
  },
};

/** Mean square of a residual, and by how many standard errors its mean is off 0. */
function moments(
  data: Float32Array, residual: (value: number, i: number) => number,
): { square: number; errors: number } {
  let [sum, squares] = [0, 0];
  data.forEach((value, i) => {
    const found = residual(value, i);
    sum += found;
    squares += found ** 2;
  });
  return { square: squares / data.length, errors: Math.abs(sum) / Math.sqrt(squares) };
}
