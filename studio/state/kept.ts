// Keeps the last drawing that is too large for a link in this browser, so that reloading loses nothing.
import { decoded, encoded } from "./points.ts";

const NAME = "driftfield-drawn";

/** The most points that are kept, or taken from a file. */
export const MOST_IN_FILE = 10_000;

/** Keeps points (x0, y0, ...). Where the browser keeps nothing, this does nothing. */
export function keepDrawing(points: readonly number[]): void {
  try {
    localStorage.setItem(NAME, encoded(points));
  } catch {
    // full, or not allowed: the file is still there
  }
}

/** The kept points, if there are just `count` of them. */
export function keptDrawing(count: number): readonly number[] | null {
  try {
    const { value } = decoded(localStorage.getItem(NAME) ?? "", MOST_IN_FILE);
    return value.length === 2 * count ? value : null;
  } catch {
    return null;
  }
}
