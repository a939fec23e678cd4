// The numbers beside the pictures: how near a cloud is to the data, and the best that real samples could do.
import { counterUniform } from "driftfield/random";
import { distanceTo, slicedWasserstein, type Polyline } from "driftfield/shapes";

/** What clouds are held against. */
export type Target = {
  /** (x0, y0, ...), at least one point. */
  points: Float32Array;
  /** The curves that the points lie on; none for drawn ones, which are held against the points themselves. */
  curves: readonly Polyline[];
  /** One a curve, where each is a class of its own. */
  classCurves?: readonly Polyline[];
};

export type Measures = {
  /** Sliced Wasserstein distance to the data. */
  distance: number;
  /** The share of the points within 0.1 of the curve. */
  near: number;
  /** The share of the points nearest to their own class's curve; null without classes. */
  purity: number | null;
};

export const NEAR = 0.1;

/** Measures points (x0, y0, ...); `classes`: the class that each was steered to. */
export function measure(cloud: Float32Array, target: Target, classes?: ArrayLike<number> | number): Measures {
  const curves = target.curves.length > 0 ? target.curves : dots(target.points);
  const count = cloud.length / 2;
  let [near, pure] = [0, 0];
  for (let i = 0; i < count; i++) {
    const [x, y] = [cloud[2 * i], cloud[2 * i + 1]];
    if (distanceTo(curves, x, y) <= NEAR) near++;
    if (classes === undefined || !target.classCurves) continue;
    if (nearestCurve(target.classCurves, x, y) === (typeof classes === "number" ? classes : classes[i])) pure++;
  }
  const known = classes !== undefined && target.classCurves !== undefined && count > 0;
  return {
    distance: slicedWasserstein(cloud, target.points, 64).w1,
    near: count > 0 ? near / count : 0,
    purity: known ? pure / count : null,
  };
}

/** The index of the curve that (x, y) is nearest to. */
export function nearestCurve(curves: readonly Polyline[], x: number, y: number): number {
  const distances = curves.map((curve) => distanceTo([curve], x, y));
  return distances.indexOf(Math.min(...distances));
}

/** The share of `count` points within 0.1 of the target's curve: what a live region says at every step. */
export function nearShare(cloud: Float32Array, { points, curves }: Target): number {
  const lines = curves.length > 0 ? curves : dots(points);
  let near = 0;
  for (let i = 0; i < cloud.length; i += 2) if (distanceTo(lines, cloud[i], cloud[i + 1]) <= NEAR) near++;
  return cloud.length > 0 ? (2 * near) / cloud.length : 0;
}

const DRAWS = 4;

/** The sliced distance of `count` points drawn from the data themselves: a perfect model's, luck included. */
export function floorOf({ points }: Target, count: number, seed: number): number {
  const all = points.length / 2;
  let sum = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    const chosen = counterUniform({ seed, sample: 2, draw }, new Float32Array(count));
    const cloud = new Float32Array(2 * count);
    chosen.forEach((u, i) => cloud.set(points.subarray(2 * Math.floor(u * all), 2 * Math.floor(u * all) + 2), 2 * i));
    sum += slicedWasserstein(cloud, points, 64).w1 / DRAWS;
  }
  return sum;
}

const dots = (points: Float32Array): Polyline[] =>
  Array.from({ length: points.length / 2 }, (_, i) => points.slice(2 * i, 2 * i + 2));
