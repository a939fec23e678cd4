// How far one cloud of points in the plane is from another: sliced Wasserstein distances, the energy distance, and what
// the eye judges by: distance to the curve, and whether points lie on their own class's part of it.
import { DriftfieldError } from "../../core/index.ts";
import { distanceTo, type Polyline } from "../../data/shapes/index.ts";

const DIRECTIONS = 256;

/**
 * Sliced Wasserstein distances of orders 1 and 2 between two clouds (N, 2), flat: over 256 directions (cos, sin)(pi k /
 * 256), the sorted projections' mean difference, and the root of their mean squared difference. Where one cloud is
 * smaller, its points are repeated; its size must divide the other's.
 * @throws DriftfieldError "shape_mismatch" for sizes that don't
 */
export function slicedWasserstein(a: Float32Array, b: Float32Array): { first: number; second: number } {
  const [large, small] = a.length >= b.length ? [a, b] : [b, a];
  const repeats = large.length / small.length;
  if (!Number.isInteger(repeats)) {
    throw new DriftfieldError("shape_mismatch", `clouds of ${a.length / 2} and ${b.length / 2} points don't compare`, {
      path: "points",
      expected: "one size that divides the other",
      hint: "sample as many points as the data set has, or a multiple",
    });
  }
  let [first, second] = [0, 0];
  for (let k = 0; k < DIRECTIONS; k++) {
    const [c, s] = [Math.cos((Math.PI * k) / DIRECTIONS), Math.sin((Math.PI * k) / DIRECTIONS)];
    const [p, q] = [projected(large, c, s), projected(small, c, s)];
    for (let i = 0; i < p.length; i++) {
      const difference = Math.abs(p[i] - q[Math.floor(i / repeats)]);
      first += difference;
      second += difference * difference;
    }
  }
  const count = (DIRECTIONS * large.length) / 2;
  return { first: first / count, second: Math.sqrt(second / count) };
}

function projected(points: Float32Array, c: number, s: number): Float64Array {
  return Float64Array.from({ length: points.length / 2 }, (_, i) => c * points[2 * i] + s * points[2 * i + 1]).sort();
}

/** The energy distance 2 E|x - y| - E|x - x'| - E|y - y'| (Szekely & Rizzo 2013), over all pairs, the diagonal too. */
export function energyDistance(a: Float32Array, b: Float32Array): number {
  return 2 * meanDistance(a, b) - meanDistance(a, a) - meanDistance(b, b);
}

function meanDistance(a: Float32Array, b: Float32Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i += 2) {
    for (let j = 0; j < b.length; j += 2) total += Math.sqrt((a[i] - b[j]) ** 2 + (a[i + 1] - b[j + 1]) ** 2);
  }
  return total / ((a.length / 2) * (b.length / 2));
}

/** The share of points (N, 2) within `distance` of the nearest of the curves. */
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
