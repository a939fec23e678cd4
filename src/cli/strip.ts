// Several pictures of one size as one: a strip, or a grid of rows.
import type { RgbImage } from "../models/types.ts";

/** White pixels between two pictures. */
const GAP = 2;

/** Lays `images` out row by row, `columns` in a row. All have the same size; throws RangeError otherwise. */
export function layOut(images: readonly RgbImage[], columns: number): RgbImage {
  const [{ width, height }] = images;
  const rows = Math.ceil(images.length / columns);
  const total = { width: columns * (width + GAP) - GAP, height: rows * (height + GAP) - GAP };
  const data = new Uint8Array(total.width * total.height * 3).fill(255);
  for (const [i, image] of images.entries()) {
    if (image.width !== width || image.height !== height) {
      throw new RangeError(`a strip of ${width}x${height} pictures can't hold one of ${image.width}x${image.height}`);
    }
    const left = (i % columns) * (width + GAP);
    const top = Math.floor(i / columns) * (height + GAP);
    for (let y = 0; y < height; y++) {
      const row = image.data.subarray(y * width * 3, (y + 1) * width * 3);
      data.set(row, ((top + y) * total.width + left) * 3);
    }
  }
  return { ...total, data };
}
