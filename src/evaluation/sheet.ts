// Contact sheets: rows of pictures of one size, on white.
import type { RgbImage } from "../models/types.ts";

const GAP = 2;
/** White pixels between groups of rows. */
const BREAK = 10;

/** Lays rows of pictures out, `every` rows closer together than the next group. An undefined cell stays white. */
export function contactSheet(rows: readonly (readonly (RgbImage | undefined)[])[], every = 0): RgbImage {
  const first = rows.flat().find((picture) => picture !== undefined);
  if (first === undefined) throw new RangeError("a sheet needs a picture");
  const { width, height } = first;
  const columns = Math.max(...rows.map((row) => row.length));
  const tops = rows.map((_, row) => row * (height + GAP) + (every > 0 ? Math.floor(row / every) * (BREAK - GAP) : 0));
  const sheet = { width: columns * (width + GAP) - GAP, height: tops[tops.length - 1] + height };
  const data = new Uint8Array(sheet.width * sheet.height * 3).fill(255);
  rows.forEach((row, r) => {
    row.forEach((picture, c) => {
      if (picture === undefined) return;
      if (picture.width !== width || picture.height !== height) {
        throw new RangeError(
          `a sheet of ${width}x${height} pictures can't hold one of ${picture.width}x${picture.height}`,
        );
      }
      for (let y = 0; y < height; y++) {
        const to = ((tops[r] + y) * sheet.width + c * (width + GAP)) * 3;
        data.set(picture.data.subarray(y * width * 3, (y + 1) * width * 3), to);
      }
    });
  });
  return { ...sheet, data };
}
