// Distances and sharpness of pictures, by their pixels.
import type { RgbImage } from "../../models/types.ts";

/** The mean of squared differences of the channels, 0 to 255^2. Throws RangeError for pictures of two sizes. */
export function meanSquaredDifference(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length || a.length === 0)
    throw new RangeError(`pictures of ${a.length} and ${b.length} bytes can't be compared`);
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] - b[i]) ** 2;
  return total / a.length;
}

/** Peak signal-to-noise ratio in decibels: 10 log10(255^2 / mse); infinite for equal pictures. */
export function psnr(a: Uint8Array, b: Uint8Array): number {
  return 10 * Math.log10(255 ** 2 / meanSquaredDifference(a, b));
}

/** The mean absolute difference of neighbouring pixels, 0 to 255: falls as a picture blurs. */
export function sharpness({ width, height, data }: RgbImage): number {
  let total = 0;
  for (let y = 0; y < height; y++) {
    for (let i = 0; i < width * 3; i++) {
      const at = y * width * 3 + i;
      if (i >= 3) total += Math.abs(data[at] - data[at - 3]);
      if (y > 0) total += Math.abs(data[at] - data[at - width * 3]);
    }
  }
  return total / (3 * ((width - 1) * height + width * (height - 1)));
}
