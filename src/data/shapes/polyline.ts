// Walking along lines: points at even distances, and how far a point is from the nearest line.
import type { Polyline } from "./point-set.ts";

/** The length of a line. */
export function lengthOf(line: Polyline): number {
  let length = 0;
  for (let i = 2; i < line.length; i += 2) length += Math.hypot(line[i] - line[i - 2], line[i + 1] - line[i - 1]);
  return length;
}

/**
 * `count` points at even distances along the lines, one after another: (count, 2). Each line gets its share of the
 * points by length. Lines without length (a dot) are one point.
 */
export function walk(lines: readonly Polyline[], count: number): Float32Array {
  const lengths = lines.map(lengthOf);
  const total = lengths.reduce((a, b) => a + b, 0);
  const out = new Float32Array(2 * count);
  if (total === 0) {
    for (let i = 0; i < count; i++) out.set(lines[i % lines.length].subarray(0, 2), 2 * i);
    return out;
  }
  for (let i = 0; i < count; i++) {
    let left = (total * (i + 0.5)) / count;
    let line = 0;
    while (line < lines.length - 1 && left > lengths[line]) left -= lengths[line++];
    out.set(pointAt(lines[line], left), 2 * i);
  }
  return out;
}

/** The point at `distance` along a line; its end beyond that. */
export function pointAt(line: Polyline, distance: number): [number, number] {
  let left = distance;
  for (let i = 2; i < line.length; i += 2) {
    const [dx, dy] = [line[i] - line[i - 2], line[i + 1] - line[i - 1]];
    const length = Math.hypot(dx, dy);
    if (left <= length && length > 0) return [line[i - 2] + (dx * left) / length, line[i - 1] + (dy * left) / length];
    left -= length;
  }
  return [line[line.length - 2], line[line.length - 1]];
}

/** The distance of (x, y) to the nearest of the lines; Infinity where there are none. */
export function distanceTo(lines: readonly Polyline[], x: number, y: number): number {
  let least = Infinity;
  for (const line of lines) {
    if (line.length === 2) least = Math.min(least, Math.hypot(x - line[0], y - line[1]));
    for (let i = 2; i < line.length; i += 2) {
      const [ax, ay] = [line[i - 2], line[i - 1]];
      const [dx, dy] = [line[i] - ax, line[i + 1] - ay];
      const squared = dx * dx + dy * dy;
      const along = squared === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / squared));
      least = Math.min(least, Math.hypot(x - ax - along * dx, y - ay - along * dy));
    }
  }
  return least;
}
