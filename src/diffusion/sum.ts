// Linear combinations of arrays, kept as terms until they are needed, so that a whole sampler step is one pass.
import { evaluateFast, finiteFast } from "./sum-kernel.ts";

/** The numbers of a tensor. Float64Array passes too: tests of convergence run in double precision. */
export type Floats = Float32Array;

/** c1 a1 + c2 a2 + ...: what most of a sampler's arithmetic comes down to. */
export type Sum = readonly (readonly [coefficient: number, array: Floats])[];

/** Adds up coefficient times array (or sum). Terms of the same array become one; those with coefficient 0 go. */
export function sum(...parts: readonly (readonly [number, Floats | Sum])[]): Sum {
  const terms: [number, Floats][] = [];
  for (const [factor, part] of parts) {
    if (isFloats(part)) add(terms, factor, part);
    else for (const [coefficient, array] of part) add(terms, factor * coefficient, array);
  }
  return terms.some(isVoid) ? terms.filter((term) => !isVoid(term)) : terms;
}

/** There are a handful of terms: looking through them takes a third of the time that a Map takes. */
function add(terms: [number, Floats][], coefficient: number, array: Floats): void {
  for (const term of terms) {
    if (term[1] !== array) continue;
    term[0] += coefficient;
    return;
  }
  terms.push([coefficient, array]);
}

const isFloats = (part: Floats | Sum): part is Floats => ArrayBuffer.isView(part);
const isVoid = ([coefficient]: Sum[number]): boolean => coefficient === 0;

/** A new array of zeros with the length and precision of `like`. */
function zerosLike(like: Floats): Floats {
  return new (like.constructor as Float32ArrayConstructor)(like.length);
}

/** The numbers of a sum, in a new array like `like`: float64 arithmetic, rounded once when stored. */
export function evaluate(terms: Sum, like: Floats): Floats {
  return evaluateFast(terms, like)?.data ?? evaluateSlowly(terms, like);
}

/** The same, with whether all of them are finite. `unchanged`: nobody has written to this one since it was a result. */
export function evaluateChecked(terms: Sum, like: Floats, unchanged?: Floats): { data: Floats; finite: boolean } {
  const fast = evaluateFast(terms, like, unchanged);
  if (fast !== undefined) return fast;
  const data = evaluateSlowly(terms, like);
  return { data, finite: allFinite(data) };
}

/** The same in JavaScript alone. */
export function evaluateSlowly(terms: Sum, like: Floats): Floats {
  const out = zerosLike(like);
  const n = out.length;
  const [[a, u], [b, v], [c, w], [d, x], [e, y]] = [0, 1, 2, 3, 4].map((i) => terms[i] ?? ([0, out] as const));
  // Spelled out: a loop over terms inside of the loop over numbers takes five times as long.
  if (terms.length === 1) for (let i = 0; i < n; i++) out[i] = a * u[i];
  else if (terms.length === 2) for (let i = 0; i < n; i++) out[i] = a * u[i] + b * v[i];
  else if (terms.length === 3) for (let i = 0; i < n; i++) out[i] = a * u[i] + b * v[i] + c * w[i];
  else if (terms.length === 4) for (let i = 0; i < n; i++) out[i] = a * u[i] + b * v[i] + c * w[i] + d * x[i];
  else if (terms.length === 5)
    for (let i = 0; i < n; i++) out[i] = a * u[i] + b * v[i] + c * w[i] + d * x[i] + e * y[i];
  else if (terms.length > 5) {
    for (let i = 0; i < n; i++) {
      let total = 0;
      for (const term of terms) total += term[0] * term[1][i];
      out[i] = total;
    }
  }
  return out;
}

/** True when no number is NaN or infinite. */
export function allFinite(numbers: Floats): boolean {
  return finiteFast(numbers) ?? allFiniteSlowly(numbers);
}

function allFiniteSlowly(numbers: Floats): boolean {
  const zero = 0; // times a finite number it is 0, NaN otherwise
  const even = numbers.length - (numbers.length % 4);
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let i = 0; i < even; i += 4) {
    a += numbers[i] * zero;
    b += numbers[i + 1] * zero;
    c += numbers[i + 2] * zero;
    d += numbers[i + 3] * zero;
  }
  for (let i = even; i < numbers.length; i++) a += numbers[i] * zero;
  return a + b + c + d === 0;
}
