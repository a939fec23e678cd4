// How sure a share is: 95% intervals.

export type Share = { share: number; low: number; high: number };

const Z = 1.959964; // the normal distribution's 97.5% quantile

/** `right` of `count` independent trials, with Wilson's interval (Wilson 1927). */
export function shareOf(right: number, count: number): Share {
  if (count === 0) return { share: Number.NaN, low: 0, high: 1 };
  const share = right / count;
  const spread = Z * Math.sqrt((share * (1 - share)) / count + (Z * Z) / (4 * count * count));
  const middle = share + (Z * Z) / (2 * count);
  const scale = 1 + (Z * Z) / count;
  return { share, low: Math.max(0, (middle - spread) / scale), high: Math.min(1, (middle + spread) / scale) };
}

/**
 * All `right` over all `named`, where the answers of one picture stand or fall together: the ratio estimator's interval
 * (Cochran 1977, equation 6.13), with pictures as the units.
 */
export function clusteredShare(pictures: readonly { right: number; named: number }[]): Share {
  const named = pictures.reduce((sum, picture) => sum + picture.named, 0);
  const share = pictures.reduce((sum, picture) => sum + picture.right, 0) / named;
  const count = pictures.length;
  const squares = pictures.reduce((sum, picture) => sum + (picture.right - share * picture.named) ** 2, 0);
  const spread = Z * Math.sqrt((squares * count) / Math.max(1, count - 1)) / named;
  return { share, low: Math.max(0, share - spread), high: Math.min(1, share + spread) };
}
