// The forward process step by step: each point's own random walk from the data to noise.
import { counterNormal } from "driftfield/random";
import { levelAt, ratioAt } from "./level.ts";

export type Walks = {
  readonly count: number;
  readonly steps: number;
  /** Where walk w is after k of its steps, in the lab's frame: at 2 (w (steps + 1) + k). */
  readonly at: Float32Array;
};

/** How far noise over signal grows in the step that ends at `t`, as a variance; `steps` make the whole. */
export function growth(t: number, steps: number): number {
  const before = t - 1 / steps;
  return ratioAt(t) ** 2 - (before > 1e-9 ? ratioAt(before) ** 2 : 0);
}

/** `count` walks of `steps` steps. Walk w's noise of step k is keyed by (seed, w, k), however many there are. */
export function walksOf(points: Float32Array, count: number, steps: number, seed: number): Walks {
  const many = points.length / 2;
  const at = new Float32Array(2 * count * (steps + 1));
  const noise = new Float32Array(2);
  for (let w = 0; w < count && many > 0; w++) {
    const chosen = Math.floor(((w * 0.6180339887498949) % 1) * many);
    let [x, y] = [points[2 * chosen], points[2 * chosen + 1]];
    let i = 2 * w * (steps + 1);
    at[i++] = x;
    at[i++] = y;
    for (let k = 1; k <= steps; k++) {
      const size = Math.sqrt(growth(k / steps, steps));
      counterNormal({ seed, sample: w, draw: k }, noise);
      [x, y] = [x + size * noise[0], y + size * noise[1]];
      const { alpha } = levelAt(k / steps);
      at[i++] = alpha * x;
      at[i++] = alpha * y;
    }
  }
  return { count: many > 0 ? count : 0, steps, at };
}

/** Where the walks are after `position` steps (not only whole ones), and the last `tail` steps that led there. */
export function walksAt({ count, steps, at }: Walks, position: number, tail: number) {
  const whole = Math.min(steps, Math.floor(position));
  const part = Math.min(1, position - whole);
  const first = Math.max(0, whole - tail);
  const length = whole - first + 1 + (part > 0 ? 1 : 0);
  const paths = new Float32Array(2 * count * length);
  const heads = new Float32Array(2 * count);
  for (let w = 0; w < count; w++) {
    const from = 2 * w * (steps + 1);
    const here = from + 2 * whole;
    paths.set(at.subarray(from + 2 * first, here + 2), 2 * w * length);
    for (const c of [0, 1]) {
      const next = whole < steps ? at[here + 2 + c] : at[here + c];
      heads[2 * w + c] = at[here + c] + part * (next - at[here + c]);
    }
    if (part > 0) paths.set(heads.subarray(2 * w, 2 * w + 2), 2 * (w + 1) * length - 2);
  }
  return { heads, paths, starts: Array.from({ length: count }, (_, w) => w * length) };
}
