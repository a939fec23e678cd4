// What a network may have been trained to say, and how each form becomes the clean sample and the noise.
import { DriftfieldError } from "../core/index.ts";
import { preconditionedDenoised, type Preconditioning } from "./preconditioning.ts";
import type { Level } from "./schedule/level.ts";
import { sum, type Floats, type Sum } from "./sum.ts";

/**
 * The form of a network's output at x = alpha x0 + sigma noise:
 * - epsilon: the noise (Ho et al. 2020);
 * - sample: the clean sample x0;
 * - v_prediction: alpha noise - sigma x0 (Salimans & Ho 2022, appendix D);
 * - flow_prediction: noise - x0 (Lipman et al. 2023, with time counted from data to noise);
 * - inverted_flow_prediction: x0 - noise, of networks whose time counts from noise to data (Mochi);
 * - score: the gradient of the log density, -noise / sigma (Song et al. 2021, arXiv:2011.13456).
 */
export const predictionTypes = [
  "epsilon",
  "sample",
  "v_prediction",
  "flow_prediction",
  "inverted_flow_prediction",
  "score",
] as const;
export type PredictionType = (typeof predictionTypes)[number];

/**
 * A network's output and where it was made: `x` is in the sampler's own space at `level`; the network saw it times
 * `inputScale`, and its velocity is meant at that scale.
 */
export type Output = {
  type: PredictionType;
  x: Floats;
  prediction: Floats;
  level: Level;
  inputScale: number;
  /** Set where the network is wrapped as EDM's are; its type then only says its sign. */
  preconditioning?: Preconditioning;
  /** What the network said of the variance, where it learned one: -1 (smallest) to 1 (largest). */
  variance?: Floats;
};

/**
 * The estimate of the clean sample.
 * @throws DriftfieldError("invalid_option") for noise or score at alpha 0: pure noise says nothing of the sample.
 */
export function toDenoised(output: Output): Sum {
  if (output.preconditioning) return preconditionedDenoised(output, output.preconditioning);
  const { type, x, prediction, inputScale } = output;
  const { alpha, sigma } = output.level;
  switch (type) {
    case "epsilon":
      if (alpha === 0) throw blindAtPureNoise();
      return sum([1 / alpha, x], [-sigma / alpha, prediction]);
    case "sample":
      return [[1, prediction]];
    case "v_prediction": {
      const power = alpha ** 2 + sigma ** 2;
      return sum([alpha / power, x], [-sigma / (power * inputScale), prediction]);
    }
    case "flow_prediction":
      return sum([1 / (alpha + sigma), x], [-sigma / (alpha + sigma), prediction]);
    case "inverted_flow_prediction":
      return sum([1 / (alpha + sigma), x], [sigma / (alpha + sigma), prediction]);
    case "score":
      if (alpha === 0) throw blindAtPureNoise();
      return sum([1 / alpha, x], [(sigma ** 2 * inputScale) / alpha, prediction]);
  }
}

/** The estimate of the noise in x: 0 where x has none (sigma 0), whatever the network says. */
export function toNoise(output: Output): Sum {
  const { type, x, prediction, inputScale } = output;
  const { alpha, sigma } = output.level;
  if (output.preconditioning) {
    const denoised = preconditionedDenoised(output, output.preconditioning);
    return sigma === 0 ? [] : sum([1 / sigma, x], [-alpha / sigma, denoised]);
  }
  switch (type) {
    case "epsilon":
      return [[1, prediction]];
    case "sample":
      return sigma === 0 ? [] : sum([1 / sigma, x], [-alpha / sigma, prediction]);
    case "v_prediction": {
      const power = alpha ** 2 + sigma ** 2;
      return sum([sigma / power, x], [alpha / (power * inputScale), prediction]);
    }
    case "flow_prediction":
      return sum([1 / (alpha + sigma), x], [alpha / (alpha + sigma), prediction]);
    case "inverted_flow_prediction":
      return sum([1 / (alpha + sigma), x], [-alpha / (alpha + sigma), prediction]);
    case "score":
      return sum([-sigma * inputScale, prediction]);
  }
}

/** The way back: what a network of this type says where it sees alpha denoised + sigma noise. */
export function toPrediction(type: PredictionType, denoised: Floats, noise: Floats, { alpha, sigma }: Level): Sum {
  switch (type) {
    case "epsilon":
      return [[1, noise]];
    case "sample":
      return [[1, denoised]];
    case "v_prediction":
      return sum([alpha, noise], [-sigma, denoised]);
    case "flow_prediction":
      return sum([1, noise], [-1, denoised]);
    case "inverted_flow_prediction":
      return sum([1, denoised], [-1, noise]);
    case "score":
      return [[-1 / sigma, noise]];
  }
}

function blindAtPureNoise(): DriftfieldError {
  return new DriftfieldError("invalid_option", "a noise prediction can't start from pure noise (alpha = 0)", {
    path: "prediction_type",
    received: "epsilon",
    expected: "v_prediction, sample or flow_prediction where the schedule ends at zero signal",
    hint: 'set timestep_spacing to "leading", or turn rescale_betas_zero_snr off',
  });
}
