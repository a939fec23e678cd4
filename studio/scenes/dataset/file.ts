// Data sets as files: {"points": [[x, y], ...]}, the form that `driftfield sample --json` prints too.
import { MOST_IN_FILE } from "../../state/kept.ts";
import { onRaster } from "../../state/points.ts";

/** The plane that can be drawn on; what reaches beyond is made to fit. */
const REACH = 2;
const FITTED = 1.1;

export type Opened = { points: number[]; remark: string | null } | { problem: string };

/** Points of a file's text, on the raster of the address; or a sentence that says why there are none. */
export function pointsOf(text: string): Opened {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    return { problem: "The file isn't JSON. It should hold {\"points\": [[x, y], ...]}." };
  }
  const list = Array.isArray(said) ? said : (said as { points?: unknown } | null)?.points;
  if (!Array.isArray(list)) return { problem: "The file has no “points”. It should hold {\"points\": [[x, y], ...]}." };
  const bad = list.findIndex((pair) => !Array.isArray(pair) || pair.length !== 2 || !pair.every(Number.isFinite));
  if (bad >= 0) return { problem: `The file's point ${bad + 1} isn't two numbers.` };
  const whole = (list as [number, number][]).flat();
  const kept = thin(whole);
  const { points, fitted } = fit(kept);
  const remarks = [
    kept.length < whole.length ? `${MOST_IN_FILE} of the file's ${whole.length / 2} points are shown.` : "",
    fitted ? "They reach beyond the plane, so they are moved and scaled to fit." : "",
  ].filter(Boolean);
  return { points: points.map(onRaster), remark: remarks.length > 0 ? remarks.join(" ") : null };
}

/** The text of a file that holds these points. */
export function fileOf(points: ArrayLike<number>): string {
  const pairs = Array.from({ length: points.length / 2 }, (_, i) => [points[2 * i], points[2 * i + 1]]);
  return `${JSON.stringify({ points: pairs })}\n`;
}

function thin(points: number[]): number[] {
  const count = points.length / 2;
  if (count <= MOST_IN_FILE) return points;
  const chosen = (i: number): number => Math.floor((i * count) / MOST_IN_FILE);
  return Array.from({ length: 2 * MOST_IN_FILE }, (_, i) => points[2 * chosen(i >> 1) + (i & 1)]);
}

function fit(points: number[]): { points: number[]; fitted: boolean } {
  if (points.every((value) => Math.abs(value) <= REACH)) return { points, fitted: false };
  const ends = [0, 1].map((c) => {
    const values = points.filter((_, i) => i % 2 === c);
    return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  });
  const middle = ends.map(([low, high]) => low / 2 + high / 2);
  const half = Math.max(...ends.map(([low, high]) => high / 2 - low / 2));
  const scale = half > 0 ? FITTED / half : 1;
  return { points: points.map((value, i) => (value - middle[i % 2]) * scale), fitted: true };
}
