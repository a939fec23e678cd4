// How far two clouds of points are apart, as distributions: the earth mover's distance along many directions.
import { DriftfieldError, type Tensor } from "../../core/index.ts";
import { counterGenerator } from "../../random/index.ts";

/**
 * Sliced Wasserstein-1 distance of two sets of equally many rows (N, D): the mean over `directions` of the mean
 * distance between their sorted projections (Rabin et al. 2012; Bonneel et al. 2015, section 2.3). In the plane the
 * directions are even, elsewhere random but fixed. In the unit of the data; 0 for equal sets.
 * @throws DriftfieldError("shape_mismatch") unless both have the same shape.
 */
export function slicedWasserstein(a: Tensor, b: Tensor, { directions = 32 } = {}): number {
  const [count, size] = [a.shape[0], a.data.length / a.shape[0]];
  if (a.data.length !== b.data.length || a.shape[0] !== b.shape[0]) throw misfit(a, b);
  let total = 0;
  for (const direction of unitVectors(directions, size)) {
    const [left, right] = [project(a, direction), project(b, direction)];
    for (let i = 0; i < count; i++) total += Math.abs(left[i] - right[i]);
  }
  return total / (count * directions);
}

/** Sorted positions of the rows along a direction. */
function project({ data, shape }: Tensor, direction: ArrayLike<number>): Float64Array {
  const size = direction.length;
  const along = new Float64Array(shape[0]);
  for (let i = 0; i < data.length; i++) along[Math.floor(i / size)] += data[i] * direction[i % size];
  return along.sort();
}

function unitVectors(count: number, size: number): ArrayLike<number>[] {
  if (size === 2) {
    const angles = Array.from({ length: count }, (_, k) => (Math.PI * (k + 0.5)) / count);
    return angles.map((angle) => [Math.cos(angle), Math.sin(angle)]);
  }
  return Array.from({ length: count }, (_, k) => {
    const { data } = counterGenerator({ seed: 0, sample: k }).randn([size]);
    const length = Math.hypot(...data);
    return data.map((value) => value / length);
  });
}

function misfit(a: Tensor, b: Tensor): DriftfieldError {
  return new DriftfieldError("shape_mismatch", "the distance needs two sets of equally many points of one size", {
    path: "b",
    received: `[${b.shape}]`,
    expected: `[${a.shape}]`,
    hint: "draw as many samples of one as of the other",
  });
}
