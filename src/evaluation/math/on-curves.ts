// What the eye judges sampled points by: whether they lie on the curve, and on their own class's part of it.
import { distanceTo, type Polyline } from "../../data/shapes/index.ts";

/** The share of points (x0, y0, ...) within `distance` of the nearest of the curves. */
export function shareNear(points: Float32Array, curves: readonly Polyline[], distance: number): number {
  let near = 0;
  for (let i = 0; i < points.length; i += 2) {
    if (distanceTo(curves, points[i], points[i + 1]) <= distance) near++;
  }
  return near / (points.length / 2);
}

/** The share of points whose nearest curve is their own class's. Curve k is class k's. */
export function purity(points: Float32Array, classes: ArrayLike<number>, curves: readonly Polyline[]): number {
  let right = 0;
  for (let i = 0; i < points.length / 2; i++) {
    const distances = curves.map((curve) => distanceTo([curve], points[2 * i], points[2 * i + 1]));
    if (distances.indexOf(Math.min(...distances)) === classes[i]) right++;
  }
  return right / (points.length / 2);
}
