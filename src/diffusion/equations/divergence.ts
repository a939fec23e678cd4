// The trace of a denoiser's Jacobian, by differences: all that a likelihood needs to know of how the field spreads.
import type { Tensor } from "../../core/index.ts";
import type { Generator } from "../../random/index.ts";
import type { Level } from "../schedule/level.ts";
import type { Floats } from "../sum.ts";
import { askField, tensorLike, type DenoiserField } from "./field.ts";

/** tr(d D / d x) of every sample of x (B, ...) at a level: (B). */
export type JacobianTrace = (field: DenoiserField, x: Tensor, level: Level) => Promise<Float64Array>;

/**
 * The whole trace, a coordinate at a time: 2 D evaluations for samples of D numbers. The error is that of a central
 * difference over +-step sigma. @param step in units of sigma; by default 1e-4 in float64 and 1e-2 in float32.
 */
export function exactTrace({ step }: { step?: number } = {}): JacobianTrace {
  return async (field, x, level) => {
    const batch = x.shape[0] ?? 1;
    const size = x.data.length / batch;
    const trace = new Float64Array(batch);
    for (let k = 0; k < size; k++) {
      const direction = Float64Array.from(x.data, (_, i) => (i % size === k ? 1 : 0));
      const along = await slopeAlong(field, x, level, direction, step);
      for (let b = 0; b < batch; b++) trace[b] += along[b];
    }
    return trace;
  };
}

/**
 * Hutchinson's unbiased estimate: the mean over `probes` of z . (d D / d x) z with random signs z, two evaluations each
 * (Hutchinson 1989; Grathwohl et al. 2019, eq. 7-8). The signs are drawn here, once: a solution needs a smooth field.
 * @param shape that of x, (B, ...).
 */
export function hutchinsonTrace(options: {
  generator: Generator;
  shape: readonly number[];
  probes?: number;
  step?: number;
}): JacobianTrace {
  const { generator, shape, probes = 1, step } = options;
  const signs = Array.from({ length: probes }, () =>
    Float64Array.from(generator.rand(shape).data, (uniform) => (uniform < 0.5 ? -1 : 1)),
  );
  return async (field, x, level) => {
    const trace = new Float64Array(x.shape[0] ?? 1);
    for (const direction of signs) {
      const along = await slopeAlong(field, x, level, direction, step);
      for (let b = 0; b < trace.length; b++) trace[b] += along[b] / probes;
    }
    return trace;
  };
}

/** direction . (d D / d x) direction of every sample. */
async function slopeAlong(
  field: DenoiserField, x: Tensor, level: Level, direction: Float64Array, step?: number,
): Promise<Float64Array> {
  const wide = (x.data as Floats | Float64Array) instanceof Float64Array;
  const h = (step ?? (wide ? 1e-4 : 1e-2)) * level.sigma;
  const moved = (sign: number) => tensorLike(x, direction.map((value, i) => x.data[i] + sign * h * value));
  const [after, before] = [await askField(field, moved(1), level), await askField(field, moved(-1), level)];
  const size = x.data.length / (x.shape[0] ?? 1);
  const slopes = new Float64Array(x.data.length / size);
  direction.forEach((value, i) => (slopes[Math.floor(i / size)] += (value * (after[i] - before[i])) / (2 * h)));
  return slopes;
}
