// The exact GELU, x Phi(x), number by number: erf as a rational function, since JavaScript has none.

/** Coefficients of z^k in erf(u) = u P(u^2) / Q(u^2) for |u| <= 3.9, fitted by us: at most 3e-7 off in float32. */
const P = [
  1.1283787488937378, 0.20422472059726715, 0.051148880273103714, 0.003896279726177454, 0.0001474754826631397,
  -1.9969390905316686e-6, 2.0118875454500085e-8,
];
const Q = [1, 0.5143184661865234, 0.1167854443192482, 0.014730481430888176, 0.0010066053364425898];

/** Beyond this, |erf(x / sqrt 2)| is 1 within 4e-8. */
export const GELU_CLAMP = 3.9 * Math.SQRT2;
/** The same for Phi(x) = 1/2 + c N(c^2) / D(c^2), c being x within the clamp: coefficients of z^k, lowest first. */
export const GELU_NUMERATOR = P.map((value, k) => (0.5 * Math.SQRT1_2 * value) / 2 ** k);
export const GELU_DENOMINATOR = Q.map((value, k) => value / 2 ** k);

const [n0, n1, n2, n3, n4, n5, n6] = GELU_NUMERATOR;
const [d0, d1, d2, d3, d4] = GELU_DENOMINATOR;

/** x Phi(x) (Hendrycks & Gimpel 2016), within 1e-6. */
export function gelu(x: number): number {
  const c = x > GELU_CLAMP ? GELU_CLAMP : x < -GELU_CLAMP ? -GELU_CLAMP : x;
  const z = c * c;
  const above = n0 + z * (n1 + z * (n2 + z * (n3 + z * (n4 + z * (n5 + z * n6)))));
  const below = d0 + z * (d1 + z * (d2 + z * (d3 + z * d4)));
  return x * (0.5 + (c * above) / below);
}
