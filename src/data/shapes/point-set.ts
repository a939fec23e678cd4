// What a 2-D data set is: points in the plane, the curve that they lie on, and a class each where it has classes.
import { DriftfieldError, type Tensor } from "../../core/index.ts";
import { counterNormal } from "../../random/index.ts";

/** A line through points, as x0, y0, x1, y1, ... */
export type Polyline = Float32Array;

/** A data set of the plane. Coordinates are of the order of 1: -1.5 to 1.5 shows all of it. */
export type PointSet = {
  readonly name: string;
  /** (N, 2) */
  readonly points: Tensor;
  /** What the points were drawn from: for drawing, and for the distance to it. Empty for points without a curve. */
  readonly curves: readonly Polyline[];
  /** One a point, from 0; with their names. */
  readonly classes?: Int32Array;
  readonly classNames?: readonly string[];
};

export type ShapeOptions = {
  /** How many points, 1 to 100,000; each shape has its own default. */
  count?: number;
  /** For shapes with noise: the same seed, the same points. A whole number from 0; 0 by default. */
  seed?: number;
  /** Standard deviation of noise added to each coordinate; each shape has its own default, most 0. */
  noise?: number;
};

const MOST = 100_000;

/** Checks options against their ranges. @throws DriftfieldError "invalid_option" */
export function checkShapeOptions({ count, noise }: ShapeOptions): void {
  if (count !== undefined && !(Number.isInteger(count) && count >= 1 && count <= MOST)) {
    throw new DriftfieldError("invalid_option", `count must be a whole number from 1 to ${MOST}, got ${count}`, {
      path: "count",
      received: count,
      expected: `a whole number from 1 to ${MOST}`,
      hint: "100 points draw a spiral well.",
    });
  }
  if (noise !== undefined && !(noise >= 0 && noise < Infinity)) {
    throw new DriftfieldError("invalid_option", `noise must be a number of 0 or more, got ${noise}`, {
      path: "noise",
      received: noise,
      expected: "a number of 0 or more",
      hint: "0.05 blurs a shape a little.",
    });
  }
}

/** Adds normal noise of this deviation to every coordinate: point i draws by (seed, i), whatever the count. */
export function jitter(points: Float32Array, noise: number, seed: number): Float32Array {
  if (noise === 0) return points;
  const pair = new Float32Array(2);
  for (let i = 0; i < points.length; i += 2) {
    counterNormal({ seed, sample: i / 2, draw: 0 }, pair);
    points[i] += noise * pair[0];
    points[i + 1] += noise * pair[1];
  }
  return points;
}

/** Points as a tensor (N, 2). */
export function planeTensor(points: Float32Array): Tensor {
  return { data: points, shape: [points.length / 2, 2] };
}
