// Data whose truth is known, for the claims: three unequal clouds, the spiral, and what a good sampler can't beat.
import { breathe, type Tensor } from "../../core/index.ts";
import { slicedWasserstein, spiral } from "../../data/shapes/index.ts";
import { gaussianMixture } from "../../diffusion/index.ts";
import { counterGenerator } from "../../random/index.ts";
import { symmetricEigen } from "../math/eigen.ts";
import { gaussianOf } from "../math/frechet.ts";

/** Three clouds of the plane, unequal in share and width. */
export const clouds = gaussianMixture([
  { weight: 5, mean: [-1, 0.3], deviation: 0.15 },
  { weight: 3, mean: [0.9, 0.8], deviation: [0.3, 0.1] },
  { weight: 2, mean: [0.4, -0.9], deviation: 0.1 },
]);

/** The spiral of 100 points. */
export const spiralPoints: Tensor = spiral().points;

/** A stream of its own for each use in a claim. */
export const stream = (use: number) => counterGenerator({ seed: 2026, sample: use });

/** Unit noise times `scale`: where a walk of `count` points of the plane starts. */
export function noisy(count: number, use: number, scale = 1): Tensor {
  const { data, shape } = stream(use).randn([count, 2]);
  return { data: data.map((value) => value * scale), shape };
}

/** Sliced Wasserstein-1 distance of two clouds of the plane, (N, 2). */
export const distanceOf = (a: Tensor, b: Tensor): number => slicedWasserstein(a.data, b.data, 32).w1;

/** The end of a walk. */
export async function endOf<T>(walk: AsyncGenerator<unknown, T>): Promise<T> {
  const steps = breathing(walk);
  for (;;) {
    const { value, done } = await steps.next();
    if (done) return value;
  }
}

/**
 * The walk, letting the process see to other things every 20 ms: exact fields answer at once, and Ctrl-C would wait for
 * the end.
 */
export async function* breathing<S, T>(walk: AsyncGenerator<S, T>): AsyncGenerator<S, T> {
  let last = performance.now();
  for (;;) {
    const { value, done } = await walk.next();
    if (done) return value;
    if (performance.now() - last > 20) {
      await breathe();
      last = performance.now();
    }
    yield value;
  }
}

/**
 * The sampling floor: how far two sets of `count` true samples are apart, by chance alone (the largest of ten
 * distances). Nothing that draws `count` samples can be told from the truth below it.
 */
export function samplingFloor(draw: (count: number, use: number) => Tensor, count: number): number {
  const distances = Array.from({ length: 10 }, (_, k) =>
    distanceOf(draw(count, 1000 + 2 * k), draw(count, 1001 + 2 * k)),
  );
  return Math.max(...distances);
}

/** True samples of the clouds. */
export const drawClouds = (count: number, use: number): Tensor => clouds.sample(count, stream(use));

/** Mean of the rows (N, 2), and the root mean square distance from `centre` (their own mean by default). */
export function spread({ data }: Tensor, centre?: readonly number[]): { mean: [number, number]; width: number } {
  const rows = data.length / 2;
  const mean: [number, number] = [0, 0];
  data.forEach((value, i) => (mean[i % 2] += value / rows));
  const from = centre ?? mean;
  return { mean, width: Math.sqrt(data.reduce((sum, value, i) => sum + (value - from[i % 2]) ** 2, 0) / rows) };
}

/** Variances of the data along their principal axes. */
export function variances(points: Tensor): Float64Array {
  return symmetricEigen(gaussianOf(points).covariance, points.shape[1]).values;
}

/**
 * The noise level (sigma / alpha) at which structure appears along the data's widest direction: the square root of the
 * largest variance (the speciation time of Biroli et al. 2024, eq. 6, as a level).
 */
export function turningLevel(points: Tensor): number {
  return Math.sqrt(Math.max(...variances(points)));
}
