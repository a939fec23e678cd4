// The noise levels of EDM and consistency models: any sigma, told to the network as its logarithm or its angle.
import type { NoiseSchedule } from "./schedule.ts";

/**
 * Model time `scale` log(sigma): 1/4 for EDM (Karras et al. 2022, table 1, c_noise), 250 for consistency models. The
 * network sees x / sqrt(sigma^2 + sigmaData^2), and `at` is the level of what it sees.
 */
export function continuousSchedule(count: number, scale: number, sigmaData: number): NoiseSchedule {
  const sigmaOf = (t: number) => Math.exp(t / scale);
  return toldAs({ sigmaOf, timeOf: (sigma) => scale * Math.log(sigma) }, count, sigmaData);
}

/** Model time 2 / pi atan(sigma), from 0 to 1 (Stable Audio; Evans et al. 2024, arXiv:2407.14358). */
export function angularSchedule(count: number, sigmaData: number): NoiseSchedule {
  const sigmaOf = (t: number) => Math.tan((t * Math.PI) / 2);
  return toldAs({ sigmaOf, timeOf: (sigma) => (Math.atan(sigma) / Math.PI) * 2 }, count, sigmaData);
}

type Told = { sigmaOf: (t: number) => number; timeOf: (sigma: number) => number };

function toldAs({ sigmaOf, timeOf }: Told, count: number, sigmaData: number): NoiseSchedule {
  return {
    kind: "exploding",
    numTrainTimesteps: count,
    at(t) {
      const sigma = sigmaOf(t);
      const alpha = 1 / Math.hypot(sigma, sigmaData);
      return { alpha, sigma: sigma * alpha };
    },
    logSnr: (t) => -2 * Math.log(sigmaOf(t)),
    timeOf,
  };
}
