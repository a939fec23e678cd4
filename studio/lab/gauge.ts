// Where the field turns from the mean to the data: how much of the data's spread the field knows, at every time.
import { exactDenoiser } from "driftfield/diffusion";
import { counterNormal } from "driftfield/random";
import type { Context } from "../worker/jobs.ts";
import { levelAt } from "./level.ts";
import { thinned } from "./thinned.ts";

export type GaugeOutput = {
  /** At time k / (length - 1): 0 where the field points at the data's mean, 1 where it points at the very point. */
  known: Float32Array;
  /** The time at which half of the spread is known; null where the data have no spread. */
  turn: number | null;
};

const TIMES = 49;
const SAMPLES = 400;

/**
 * 1 - E|x0 - E[x0 | x_t]|^2 / E|x0 - mean|^2, from `SAMPLES` noised points a time (the same noise for all times).
 * `points`: (x0, y0, ...), at least one; of more than 1000 it takes 1000.
 */
export async function gaugeJob(
  { points: all }: { points: Float32Array }, { breathe }: Pick<Context, "breathe">,
): Promise<GaugeOutput> {
  const points = thinned(all, 1000);
  const count = points.length / 2;
  const noise = counterNormal({ seed: 1, sample: 0, draw: 0 }, new Float32Array(2 * SAMPLES));
  const chosen = (i: number): number => Math.floor((i * count) / SAMPLES) % count;
  const clean = Float32Array.from(noise, (_, i) => points[2 * chosen(i >> 1) + (i % 2)]);
  const spread = spreadOf(points);
  const known = new Float32Array(TIMES);
  if (spread === 0) return { known, turn: null };
  const denoise = exactDenoiser({ data: points, shape: [count, 2] });
  for (let k = 0; k < TIMES; k++) {
    const level = levelAt(k / (TIMES - 1));
    const x = clean.map((value, i) => level.alpha * value + level.sigma * noise[i]);
    const { data } = denoise({ data: x, shape: [SAMPLES, 2] }, level);
    let missed = 0;
    for (let i = 0; i < data.length; i++) missed += (clean[i] - data[i]) ** 2;
    known[k] = Math.min(1, Math.max(0, 1 - missed / SAMPLES / spread));
    await breathe();
  }
  return { known, turn: turnOf(known) };
}

/** The mean squared distance from the mean. */
function spreadOf(points: Float32Array): number {
  const count = points.length / 2;
  const mean = [0, 0];
  points.forEach((value, i) => (mean[i % 2] += value / count));
  return points.reduce((sum, value, i) => sum + (value - mean[i % 2]) ** 2 / count, 0);
}

/** The last time at which half is known, between the two that are measured. */
function turnOf(known: Float32Array): number | null {
  for (let k = known.length - 1; k > 0; k--) {
    if (known[k] >= 0.5 || known[k - 1] < 0.5) continue;
    const part = (0.5 - known[k - 1]) / (known[k] - known[k - 1]);
    return (k - 1 + part) / (known.length - 1);
  }
  return null;
}
