// Points of a data set noised to a time, each along one path of its own.
import { counterNormal } from "driftfield/random";
import { levelAt } from "./level.ts";

/** `count` points: the data's over and over, each with one noise for all times (keyed by seed and point). */
export function noisedAt(points: Float32Array, t: number, count: number, seed: number): Float32Array {
  if (points.length === 0) return new Float32Array(0);
  const { alpha, sigma } = levelAt(t);
  const noise = counterNormal({ seed, sample: 1, draw: 0 }, new Float32Array(2 * count));
  const many = points.length / 2;
  return noise.map((value, i) => {
    // Golden-ratio strides: an even choice however many are asked for.
    const at = Math.floor((((i >> 1) * 0.6180339887498949) % 1) * many);
    return alpha * points[2 * at + (i & 1)] + sigma * value;
  });
}
