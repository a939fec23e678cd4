// How far two clouds of points are apart, seen from every side: the distance that the field lab's numbers speak of.

export type Sliced = { readonly w1: number; readonly w2: number };

/**
 * Sliced Wasserstein distances between clouds a and b, (x0, y0, ...), of any sizes: along each of `directions`
 * directions u_k = (cos(pi k / K), sin(pi k / K)) the clouds' sorted shadows are compared, quantile by quantile; w1 is
 * the mean of the distances, w2 the root of the mean of their squares (Bonneel et al. 2015). Infinity for no points.
 */
export function slicedWasserstein(a: Float32Array, b: Float32Array, directions = 256): Sliced {
  if (a.length === 0 || b.length === 0) return { w1: Infinity, w2: Infinity };
  let [first, second] = [0, 0];
  for (let k = 0; k < directions; k++) {
    const angle = (Math.PI * k) / directions;
    const [p, q] = [shadow(a, angle), shadow(b, angle)];
    // Both are step functions of the quantile: walk over the steps of either.
    let [i, j, at] = [0, 0, 0];
    while (i < p.length && j < q.length) {
      const to = Math.min((i + 1) / p.length, (j + 1) / q.length);
      const apart = Math.abs(p[i] - q[j]);
      first += (to - at) * apart;
      second += (to - at) * apart * apart;
      at = to;
      if ((i + 1) * q.length <= (j + 1) * p.length) {
        if ((i + 1) * q.length === (j + 1) * p.length) j++;
        i++;
      } else j++;
    }
  }
  return { w1: first / directions, w2: Math.sqrt(second / directions) };
}

function shadow(points: Float32Array, angle: number): Float64Array {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const out = new Float64Array(points.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = c * points[2 * i] + s * points[2 * i + 1];
  return out.sort();
}
