// Several pictures of one size as one: a strip, or a grid of rows.
import { contactSheet } from "../evaluation/sheet.ts";
import type { RgbImage } from "../models/types.ts";

/** Lays `images` out row by row, `columns` in a row. All have the same size; throws RangeError otherwise. */
export function layOut(images: readonly RgbImage[], columns: number): RgbImage {
  const rows = Array.from({ length: Math.ceil(images.length / columns) }, (_, row) =>
    Array.from({ length: columns }, (_, column) => images.at(row * columns + column)),
  );
  return contactSheet(rows);
}
