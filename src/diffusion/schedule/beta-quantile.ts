// The quantile function of the beta distribution, by which beta-spaced sigmas are placed (Lee et al. 2024).

/** The x in [0, 1] below which a Beta(a, b) variable lies with probability `p`. Exact to some 1e-12. */
export function betaQuantile(p: number, a: number, b: number): number {
  let low = 0;
  let high = 1;
  for (let i = 0; i < 60 && p > 0 && p < 1; i++) {
    const middle = (low + high) / 2;
    if (betaCumulative(middle, a, b) < p) low = middle;
    else high = middle;
  }
  return p <= 0 ? 0 : p >= 1 ? 1 : (low + high) / 2;
}

/** Regularised incomplete beta function I_x(a, b), by its continued fraction (NIST DLMF 8.17.22). */
function betaCumulative(x: number, a: number, b: number): number {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaCumulative(1 - x, b, a); // where the fraction converges fast
  const logFront = a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b) - Math.log(a);
  return Math.exp(logFront) / betaFraction(x, a, b);
}

/** 1 + d1/(1 + d2/(1 + ...)), evaluated from the inside. */
function betaFraction(x: number, a: number, b: number): number {
  let value = 1;
  for (let m = 60; m >= 1; m--) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m - 1) * (a + b + m - 1) * x) / ((a + 2 * m - 2) * (a + 2 * m - 1));
    value = 1 + odd / (1 + even / value);
  }
  return value;
}

/** log of the gamma function for z > 0: Stirling's series after moving z to 10 and beyond (NIST DLMF 5.11.1). */
function logGamma(z: number): number {
  let moved = 0;
  for (; z < 10; z++) moved -= Math.log(z);
  const inverse = 1 / (z * z);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 - inverse / 1188)))) / z;
  return moved + (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series;
}
