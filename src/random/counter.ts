// Noise with an address instead of a history: the numbers of (seed, sample, draw) are the same in any batch, order,
// device or language. Defined to the bit in docs/decisions/0003-counter-random.md.
import { DriftfieldError } from "../core/index.ts";
import { NORMAL_TABLE } from "./counter-normal-table.ts";
import { philox4x32 } from "./philox.ts";

/**
 * The address of a stream of numbers. `seed`: a whole number from 0 to 2^53 - 1; `sample` (which picture of the run)
 * and `draw` (which of its draws): whole numbers from 0 to 2^32 - 1.
 */
export type CounterKey = { seed: number; sample: number; draw: number };

/** What a stream is drawn for, so that normals and uniforms of one key share nothing. */
export const PURPOSE = { normal: 0, uniform: 1, integer: 2, permutation: 3 } as const;

/** Throws DriftfieldError "invalid_option" unless `value` is a whole number from 0 to `limit`. */
export function checkCount(name: string, value: number, limit: number): void {
  if (Number.isSafeInteger(value) && value >= 0 && value <= limit) return;
  throw new DriftfieldError("invalid_option", `${name} must be a whole number from 0 to ${limit}, got ${value}`, {
    path: name,
    received: value,
    expected: `a whole number from 0 to ${limit}`,
    hint: `Pass a ${name} in that range.`,
  });
}

export function checkKey({ seed, sample, draw }: CounterKey): void {
  checkCount("seed", seed, Number.MAX_SAFE_INTEGER);
  checkCount("sample", sample, 0xffffffff);
  checkCount("draw", draw, 0xffffffff);
}

/** Calls `use(index, word)` with the stream's first `count` words, as signed 32-bit integers. */
export function forEachWord(
  key: CounterKey, purpose: number, count: number, use: (index: number, word: number) => void,
): void {
  const words = new Int32Array(4);
  const low = key.seed | 0;
  const high = Math.floor(key.seed / 2 ** 32);
  for (let i = 0; i < count; i += 4) {
    philox4x32(words, i / 4, key.sample, key.draw, purpose, low, high);
    const last = Math.min(4, count - i);
    for (let j = 0; j < last; j++) use(i + j, words[j]);
  }
}

/**
 * The standard normal number of one random word: the top bit is its sign, the others are the probability of its tail,
 * whose quantile is a polynomial for each octave. In whole numbers throughout (every product is below 2^53), so that
 * no rounding mode or fused multiply-add can change a bit. A multiple of 2^-21, at most 6.338 in size.
 */
export function normalOfWord(word: number): number {
  const tail = (word << 1) | 1; // p = tail / 2^33
  const octave = Math.clz32(tail);
  const t = (((tail << octave) << 1) >>> 8) * 2 ** -24;
  const row = octave * 7;
  let s = NORMAL_TABLE[row];
  s = Math.floor(s * t) + NORMAL_TABLE[row + 1];
  s = Math.floor(s * t) + NORMAL_TABLE[row + 2];
  s = Math.floor(s * t) + NORMAL_TABLE[row + 3];
  s = Math.floor(s * t) + NORMAL_TABLE[row + 4];
  s = Math.floor(s * t) + NORMAL_TABLE[row + 5];
  s = Math.floor(s * t) + NORMAL_TABLE[row + 6];
  const size = Math.floor((s + 16) * 2 ** -5);
  return (word < 0 ? -size : size) * 2 ** -21;
}

/** The standard normal number that a share `u` of them lies below; `u` from 0 to below 1, cut to multiples of 2^-32. */
export function normalQuantile(u: number): number {
  const below = u < 0.5;
  const tail = Math.min(0x7fffffff, Math.floor((below ? u : 1 - u) * 2 ** 32));
  return normalOfWord(below ? tail | 0x80000000 : tail);
}

/** Fills `out` with the standard normal numbers of `key`. Throws DriftfieldError "invalid_option" for a bad key. */
export function counterNormal(key: CounterKey, out: Float32Array): Float32Array {
  checkKey(key);
  forEachWord(key, PURPOSE.normal, out.length, (i, word) => {
    out[i] = normalOfWord(word);
  });
  return out;
}

/** Fills `out` with the uniform numbers of `key`: multiples of 2^-24 in [0, 1). Throws as counterNormal does. */
export function counterUniform(key: CounterKey, out: Float32Array): Float32Array {
  checkKey(key);
  forEachWord(key, PURPOSE.uniform, out.length, (i, word) => {
    out[i] = (word >>> 8) * 2 ** -24;
  });
  return out;
}
