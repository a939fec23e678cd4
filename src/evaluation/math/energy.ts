// The energy distance between two clouds of points in the plane.

/**
 * 2 E|x - y| - E|x - x'| - E|y - y'| (Szekely & Rizzo 2013), means over all pairs, the pairs of a point with itself
 * too. Clouds are flat (x0, y0, x1, y1, ...), of any sizes. 0 for equal clouds, otherwise above.
 */
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
