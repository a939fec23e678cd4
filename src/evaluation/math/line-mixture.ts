// A mixture of equally wide Gaussians on a line: how far it is from being one Gaussian.

/** Shares (that sum up to 1), centres and the one deviation. */
export type LineMixture = { shares: ArrayLike<number>; centres: ArrayLike<number>; deviation: number };

const POINTS = 1500;
/** Beyond so many deviations a Gaussian counts as 0. */
const REACH = 9;

/**
 * `modes`: local maxima of the density (above a thousandth of the largest). `negentropy`, in nats: the entropy of the
 * Gaussian with the same variance less the mixture's own, which is the KL divergence from the one to the other (Cover &
 * Thomas 2006, theorem 8.6.5); 0 for a Gaussian. By quadrature over 1500 places.
 */
export function shapeOf(mixture: LineMixture): { modes: number; negentropy: number } {
  const { density, step } = densities(mixture);
  const floor = 1e-3 * density.reduce((a, b) => Math.max(a, b));
  let [modes, entropy] = [0, 0];
  density.forEach((p, i) => {
    if (p > 0) entropy -= p * Math.log(p) * step;
    if (p > floor && p > density[i - 1] && p >= density[i + 1]) modes++;
  });
  return { modes, negentropy: Math.log(2 * Math.PI * Math.E * variance(mixture)) / 2 - entropy };
}

function densities({ shares, centres, deviation }: LineMixture): { density: Float64Array; step: number } {
  const places = Array.from(centres);
  const low = Math.min(...places) - 6 * deviation;
  const step = (Math.max(...places) + 6 * deviation - low) / (POINTS - 1);
  const density = new Float64Array(POINTS);
  places.forEach((place, k) => {
    const peak = shares[k] / (deviation * Math.sqrt(2 * Math.PI));
    const first = Math.max(0, Math.ceil((place - REACH * deviation - low) / step));
    const last = Math.min(POINTS - 1, Math.floor((place + REACH * deviation - low) / step));
    for (let i = first; i <= last; i++) {
      const z = (low + i * step - place) / deviation;
      density[i] += peak * Math.exp((-z * z) / 2);
    }
  });
  return { density, step };
}

function variance({ shares, centres, deviation }: LineMixture): number {
  let [mean, square] = [0, 0];
  for (let k = 0; k < shares.length; k++) {
    mean += shares[k] * centres[k];
    square += shares[k] * centres[k] ** 2;
  }
  return square - mean ** 2 + deviation ** 2;
}
