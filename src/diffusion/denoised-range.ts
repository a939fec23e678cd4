// Keeps the estimate of the clean sample within the range of the data.
import type { Floats } from "./sum.ts";

/** `clip`: hold to [-clip, clip]. `quantile`: dynamic thresholding, with the largest allowed threshold `most`. */
export type DenoisedRange = { clip: number } | { quantile: number; most: number };

/** The estimate within `range`, as a new array. `batch`: how many samples the array holds, one after another. */
export function keepInRange(denoised: Floats, range: DenoisedRange, batch: number): Floats {
  if ("clip" in range) return denoised.map((value) => Math.min(Math.max(value, -range.clip), range.clip));
  const out = denoised.slice();
  const size = denoised.length / batch;
  for (let b = 0; b < batch; b++) threshold(out.subarray(b * size, (b + 1) * size), range.quantile, range.most);
  return out;
}

/** Saharia et al. 2022, section 2.3: clip at the quantile of |x0|, at least 1 and at most `most`, and divide by it. */
function threshold(sample: Floats, ratio: number, most: number): void {
  const limit = Math.min(Math.max(quantile(sample.map(Math.abs), ratio), 1), most);
  for (let i = 0; i < sample.length; i++) sample[i] = Math.min(Math.max(sample[i], -limit), limit) / limit;
}

/** The value below which `ratio` of the numbers lie, linear between neighbours. */
function quantile(numbers: Floats, ratio: number): number {
  numbers.sort();
  const position = ratio * (numbers.length - 1);
  const low = Math.floor(position);
  const high = Math.min(low + 1, numbers.length - 1);
  return numbers[low] + (position - low) * (numbers[high] - numbers[low]);
}
