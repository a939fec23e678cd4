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
  return new Reading(output, range, batch);
}

/** A class, whose getters aren't made anew for every step. */
class Reading implements Estimate {
  readonly output: Output;
  readonly #range: DenoisedRange | undefined;
  readonly #batch: number;
  #denoised: Sum | undefined;

  constructor(output: Output, range: DenoisedRange | undefined, batch: number) {
    this.output = output;
    this.#range = range;
    this.#batch = batch;
  }

  get denoised(): Sum {
    const [range, batch] = [this.#range, this.#batch];
    return (this.#denoised ??= range === undefined ? toDenoised(this.output) : inRange(this.output, range, batch));
  }

  get noise(): Sum {
    return toNoise(this.output);
  }

  get impliedNoise(): Sum {
    if (this.#range === undefined) return this.noise;
    const { level, x } = this.output;
    return level.sigma === 0 ? [] : sum([1 / level.sigma, x], [-level.alpha / level.sigma, this.denoised]);
  }
}

function inRange(output: Output, range: DenoisedRange, batch: number): Sum {
  return [[1, keepInRange(evaluate(toDenoised(output), output.x), range, batch)]];
}
