// Kernel distance of two clouds of features (KID, Binkowski et al. 2018): unlike the Frechet distance it isn't biased
// by the number of samples, so that a few hundred are enough to compare settings.
import type { Tensor } from "../../core/index.ts";

export type KernelDistance = { distance: number; standardError: number };

/**
 * The unbiased squared maximum mean discrepancy with the kernel (x y / D + 1)^3, and its jackknife standard error
 * (each row of either cloud left out once). Rows of (B, D), two or more of each; may be slightly negative.
 */
export function kernelDistance(a: Tensor, b: Tensor): KernelDistance {
  const [m, n, size] = [a.shape[0], b.shape[0], a.shape[1]];
  if (m < 2 || n < 2 || b.shape[1] !== size)
    throw new RangeError(`no kernel distance between [${a.shape}] and [${b.shape}]`);
  const withinA = rowSums(a, a);
  const withinB = rowSums(b, b);
  const across = rowSums(a, b);
  const [sumA, sumB, sumAcross] = [withinA, withinB, across].map(({ total }) => total);
  const distance = unbiased(sumA, m, sumB, n, sumAcross);
  if (m < 3 || n < 3) return { distance, standardError: Number.NaN };
  const withoutA = Array.from({ length: m }, (_, i) =>
    unbiased(sumA - 2 * withinA.rows[i], m - 1, sumB, n, sumAcross - across.rows[i]),
  );
  const withoutB = Array.from({ length: n }, (_, j) =>
    unbiased(sumA, m, sumB - 2 * withinB.rows[j], n - 1, sumAcross - across.columns[j]),
  );
  return { distance, standardError: Math.sqrt(jackknife(withoutA) + jackknife(withoutB)) };
}

function unbiased(sumA: number, m: number, sumB: number, n: number, sumAcross: number): number {
  return sumA / (m * (m - 1)) + sumB / (n * (n - 1)) - (2 * sumAcross) / (m * n);
}

/** The variance of an estimate, from its values with one row left out at a time. */
function jackknife(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return ((values.length - 1) / values.length) * values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

/** Sums of the kernel over all pairs, by row of `a` and by row of `b`; a row isn't paired with itself. */
function rowSums(a: Tensor, b: Tensor): { total: number; rows: Float64Array; columns: Float64Array } {
  const [m, n, size] = [a.shape[0], b.shape[0], a.shape[1]];
  const rows = new Float64Array(m);
  const columns = new Float64Array(n);
  let total = 0;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      if (a === b && i === j) continue;
      let product = 0;
      for (let k = 0; k < size; k++) product += a.data[i * size + k] * b.data[j * size + k];
      const value = (product / size + 1) ** 3;
      rows[i] += value;
      columns[j] += value;
      total += value;
    }
  }
  return { total, rows, columns };
}
