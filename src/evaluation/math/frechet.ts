// Frechet distance of two clouds of features, each seen as a Gaussian (Heusel et al. 2017, section 3).
import type { Tensor } from "../../core/index.ts";
import { multiply, symmetricEigen, symmetricRoot, type SquareMatrix } from "./eigen.ts";

export type Gaussian = { mean: Float64Array; covariance: SquareMatrix };

/** Mean and unbiased covariance of the rows of (B, D). Throws RangeError for fewer than two rows. */
export function gaussianOf({ data, shape: [rows, size] }: Tensor): Gaussian {
  if (rows < 2) throw new RangeError(`a covariance needs two rows or more, got ${rows}`);
  const mean = new Float64Array(size);
  for (let r = 0; r < rows; r++) for (let i = 0; i < size; i++) mean[i] += data[r * size + i] / rows;
  const covariance = new Float64Array(size * size);
  const centred = new Float64Array(size);
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < size; i++) centred[i] = data[r * size + i] - mean[i];
    for (let i = 0; i < size; i++) {
      const left = centred[i] / (rows - 1);
      for (let j = i; j < size; j++) covariance[i * size + j] += left * centred[j];
    }
  }
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) covariance[i * size + j] = covariance[j * size + i];
  return { mean, covariance };
}

/** |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)). Zero for equal Gaussians. */
export function frechetDistance(a: Gaussian, b: Gaussian): number {
  const size = a.mean.length;
  if (b.mean.length !== size)
    throw new RangeError(`features of ${size} and of ${b.mean.length} numbers have no distance`);
  let distance = 0;
  for (let i = 0; i < size; i++) {
    distance += (a.mean[i] - b.mean[i]) ** 2 + a.covariance[i * size + i] + b.covariance[i * size + i];
  }
  // (C1 C2)^(1/2) has the eigenvalues of (R C2 R)^(1/2) with R = C1^(1/2), which is symmetric.
  const root = symmetricRoot(a.covariance, size);
  const { values } = symmetricEigen(multiply(multiply(root, b.covariance, size), root, size), size);
  for (const value of values) distance -= 2 * Math.sqrt(Math.max(0, value));
  return Math.max(0, distance);
}
