// Eigenvalues and eigenvectors of a symmetric matrix, in float64: what a matrix square root is made of.

/** Rows of a square matrix, one after another. */
export type SquareMatrix = Float64Array;

const SWEEPS = 60;

/**
 * Cyclic Jacobi rotations (Golub & Van Loan, section 8.5). `matrix` (n, n) is symmetric; only its upper half is read.
 * Returns eigenvalues, and eigenvectors as the rows of `vectors`, in no particular order.
 */
export function symmetricEigen(matrix: SquareMatrix, n: number): { values: Float64Array; vectors: SquareMatrix } {
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) a[i * n + j] = i <= j ? matrix[i * n + j] : matrix[j * n + i];
  const vectors = identity(n);
  let scale = 0;
  for (const value of a) scale += value * value;
  for (let sweep = 0; sweep < SWEEPS && offDiagonal(a, n) > 1e-26 * scale; sweep++) {
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) {
        const apq = a[p * n + q];
        if (apq * apq <= 1e-40 * scale) continue;
        const theta = (a[q * n + q] - a[p * n + p]) / (2 * apq);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        rotate(a, n, p, q, c, t * c);
        rotateRows(vectors, n, p, q, c, t * c);
      }
    }
  }
  return { values: Float64Array.from({ length: n }, (_, i) => a[i * n + i]), vectors };
}

/** J^T A J for the rotation in the plane of rows p and q. */
function rotate(a: Float64Array, n: number, p: number, q: number, c: number, s: number): void {
  rotateRows(a, n, p, q, c, s);
  for (let k = 0; k < n; k++) {
    const [x, y] = [a[k * n + p], a[k * n + q]];
    a[k * n + p] = c * x - s * y;
    a[k * n + q] = s * x + c * y;
  }
}

function rotateRows(a: Float64Array, n: number, p: number, q: number, c: number, s: number): void {
  const [first, second] = [p * n, q * n];
  for (let k = 0; k < n; k++) {
    const x = a[first + k];
    const y = a[second + k];
    a[first + k] = c * x - s * y;
    a[second + k] = s * x + c * y;
  }
}

function offDiagonal(a: Float64Array, n: number): number {
  let total = 0;
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) total += 2 * a[i * n + j] ** 2;
  return total;
}

function identity(n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) out[i * n + i] = 1;
  return out;
}

/** The square root of a symmetric matrix without negative eigenvalues (tiny ones count as 0). */
export function symmetricRoot(matrix: SquareMatrix, n: number): SquareMatrix {
  const { values, vectors } = symmetricEigen(matrix, n);
  const out = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    const root = Math.sqrt(Math.max(0, values[k]));
    for (let i = 0; i < n; i++) {
      const left = root * vectors[k * n + i];
      for (let j = 0; j < n; j++) out[i * n + j] += left * vectors[k * n + j];
    }
  }
  return out;
}

/** A B for square matrices. */
export function multiply(a: SquareMatrix, b: SquareMatrix, n: number): SquareMatrix {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const left = a[i * n + k];
      for (let j = 0; j < n; j++) out[i * n + j] += left * b[k * n + j];
    }
  }
  return out;
}
