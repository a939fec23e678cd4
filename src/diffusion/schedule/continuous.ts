// The noise levels of EDM and consistency models: any sigma, told to the network as its logarithm.
import type { NoiseSchedule } from "./schedule.ts";

/**
 * Model time `scale` log(sigma): 1/4 for EDM (Karras et al. 2022, table 1, c_noise), 250 for consistency models. The
 * network sees x / sqrt(sigma^2 + sigmaData^2), and `at` is the level of what it sees.
 */
export function continuousSchedule(count: number, scale: number, sigmaData: number): NoiseSchedule {
  const sigmaOf = (t: number) => Math.exp(t / scale);
  return {
    kind: "exploding",
    numTrainTimesteps: count,
    at(t) {
      const sigma = sigmaOf(t);
      const alpha = 1 / Math.hypot(sigma, sigmaData);
      return { alpha, sigma: sigma * alpha };
    },
    logSnr: (t) => (-2 * t) / scale,
    timeOf: (ratio) => scale * Math.log(ratio),
  };
}
