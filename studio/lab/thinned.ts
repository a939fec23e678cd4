// Fewer points for what would take too long with all of them.

/** At most `most` of the points (x0, y0, ...), taken evenly from the whole list. */
export function thinned(points: Float32Array, most: number): Float32Array {
  const count = points.length / 2;
  if (count <= most) return points;
  return Float32Array.from({ length: 2 * most }, (_, i) => points[2 * Math.floor(((i >> 1) * count) / most) + (i & 1)]);
}
