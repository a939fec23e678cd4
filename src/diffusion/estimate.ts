// What a network's output means at a step, in every form that a sampler may ask for; computed when it is read.
import { keepInRange, type DenoisedRange } from "./denoised-range.ts";
import { toDenoised, toNoise, type Output } from "./prediction.ts";
import { evaluate, sum, type Sum } from "./sum.ts";

/** The two ends of the line through x that the network points along: x = alpha denoised + sigma noise. */
export type Estimate = {
  /** The network's output as it is, with the x and level that it was made at. */
  readonly output: Output;
  /** The clean sample, clipped or thresholded where the scheduler says so. */
  readonly denoised: Sum;
  /** The noise in x, as the network says it. */
  readonly noise: Sum;
  /** The noise that goes with `denoised`: differs from `noise` only where that was clipped. */
  readonly impliedNoise: Sum;
};

/** Reads an output. `range` limits the clean sample; `batch` is the number of samples in x. */
export function estimate(output: Output, range: DenoisedRange | undefined, batch: number): Estimate {
  let denoised: Sum | undefined;
  return {
    output,
    get denoised() {
      return (denoised ??= range === undefined ? toDenoised(output) : inRange(output, range, batch));
    },
    get noise() {
      return toNoise(output);
    },
    get impliedNoise() {
      if (range === undefined) return toNoise(output);
      const { alpha, sigma } = output.level;
      return sigma === 0 ? [] : sum([1 / sigma, output.x], [-alpha / sigma, this.denoised]);
    },
  };
}

function inRange(output: Output, range: DenoisedRange, batch: number): Sum {
  return [[1, keepInRange(evaluate(toDenoised(output), output.x), range, batch)]];
}
