// What Adams methods with an exponential kernel are made of: Lagrange polynomials and moments of the kernel.

/** Coefficients, lowest power first, of each Lagrange polynomial through `nodes`: 1 at its own, 0 at the others. */
export function lagrangeCoefficients(nodes: readonly number[]): number[][] {
  return nodes.map((own, i) =>
    nodes.reduce(
      (row, other, j) => {
        if (i === j) return row;
        const scale = own - other; // times (v - other) / (own - other)
        const shifted = [0, ...row];
        return shifted.map((value, k) => (value - other * (row[k] ?? 0)) / scale);
      },
      [1],
    ),
  );
}

/** Integrals of v^k e^(rate v) from `start` (negative) to 0, for k = 0 ... count - 1. */
export function exponentialMoments(rate: number, start: number, count: number): number[] {
  const moments = [-Math.expm1(rate * start) / rate];
  const edge = Math.exp(rate * start);
  for (let k = 1; k < count; k++) moments.push((-(start ** k) * edge - k * moments[k - 1]) / rate);
  return moments;
}
