// Points in an address: four characters each, on a raster of 4096 steps from -2 to 2.
import type { Kind, Reading } from "./kinds.ts";

/** What an address holds at most; a larger set travels as a file. */
export const MOST_DRAWN = 500;

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const STEPS = 4095;

/** The raster's value nearest to `value`: what an address gives back for it. */
export function onRaster(value: number): number {
  return Math.fround((levelOf(value) / STEPS) * 4 - 2);
}

function levelOf(value: number): number {
  return Math.min(STEPS, Math.max(0, Math.round(((value + 2) / 4) * STEPS)));
}

const code = (value: number): string => LETTERS[levelOf(value) >> 6] + LETTERS[levelOf(value) & 63];

/** The letters of any number of points. */
export function encoded(points: readonly number[]): string {
  return points.map(code).join("");
}

/** Points (x0, y0, x1, y1, ...), each number on the raster. More than `MOST_DRAWN` are only counted: "~3000". */
export const drawnPoints: Kind<readonly number[]> = {
  fallback: [],
  write: (value) => (value.length > 2 * MOST_DRAWN ? `~${value.length / 2}` : encoded(value)),
  read(text) {
    if (/^~\d+$/.test(text)) {
      return { value: [], warning: `${text.slice(1)} points are too many for a link, so open their file in “Data”` };
    }
    return decoded(text, MOST_DRAWN);
  },
};

/** At most `most` points out of their letters. */
export function decoded(text: string, most: number): Reading<readonly number[]> {
  const digits = [...text].map((letter) => LETTERS.indexOf(letter));
  const whole = digits.length - (digits.length % 4);
  if (digits.includes(-1)) return { value: [], warning: "it isn't a list of points, so nothing is drawn" };
  const value: number[] = [];
  for (let i = 0; i < Math.min(whole, 4 * most); i += 2) {
    value.push(onRaster(((digits[i] * 64 + digits[i + 1]) / STEPS) * 4 - 2));
  }
  if (whole > 4 * most) return { value, warning: `it holds more than ${most} points, so it is cut` };
  return whole === digits.length ? { value } : { value, warning: "its last point is cut off" };
}
