// What models say, as arrows in the lab's frame: on a grid at one time, and how far two of them differ at every time.
import type { PointModel } from "driftfield/point";
import type { Context } from "../worker/jobs.ts";
import { gridOf } from "./field.ts";
import { levelAt, ratioAt } from "./level.ts";
import { noisedAt } from "./noised.ts";

/** -sigma times the noise that `model` says at places of the frame: the way to where it thinks the data are. */
export function saidAt(model: PointModel, t: number, at: Float32Array, label?: number): Float32Array {
  const ratio = ratioAt(t);
  const { sigma } = levelAt(t);
  const scale = Math.hypot(1, ratio);
  const noise = model.predict(at.map((value) => value * scale) as Float32Array, ratio, label);
  return noise.map((value) => -sigma * value) as Float32Array;
}

export type VectorsRequest = { t: number; across: number; extent: number; labels?: readonly number[] };

/** Arrows on a grid, one list a label; without labels one list, of the model unconditioned. */
export async function vectorsJob(
  model: PointModel, { t, across, extent, labels }: VectorsRequest, { breathe }: Pick<Context, "breathe">,
): Promise<{ along: Float32Array[] }> {
  const at = gridOf(across, extent);
  const along: Float32Array[] = [];
  for (const label of labels ?? [undefined]) {
    along.push(saidAt(model, t, at, label));
    await breathe();
  }
  return { along };
}

const TIMES = 33;
const SAMPLES = 160;

/**
 * The root of the mean squared difference between two models' noise at each of 33 times, where noised data are: in
 * units of the noise, so that 1 is as wrong as saying nothing.
 */
export async function gapJob(
  [first, second]: readonly [PointModel, PointModel], points: Float32Array, { breathe }: Pick<Context, "breathe">,
): Promise<{ gap: Float32Array }> {
  const gap = new Float32Array(TIMES);
  for (let k = 0; k < TIMES; k++) {
    const t = k / (TIMES - 1);
    const ratio = ratioAt(t);
    const at = noisedAt(points, t, SAMPLES, 5).map((value) => value * Math.hypot(1, ratio)) as Float32Array;
    const [a, b] = [first.predict(at, ratio), second.predict(at, ratio)];
    let squares = 0;
    for (let i = 0; i < a.length; i++) squares += (a[i] - b[i]) ** 2;
    gap[k] = Math.sqrt(squares / SAMPLES / 2);
    await breathe();
  }
  return { gap };
}

