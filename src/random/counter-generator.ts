// The counter-based numbers as a Generator: each call takes the next draw of its sample.
import { DriftfieldError, sizeOf } from "../core/index.ts";
import { checkKey, counterNormal, counterUniform, forEachWord, PURPOSE, type CounterKey } from "./counter.ts";
import type { Generator } from "./generator.ts";

/**
 * Numbers keyed by (seed, sample, draw); every call moves `draw` on by one, whatever it asks for.
 * @throws DriftfieldError "invalid_option" for a key out of range (see CounterKey)
 */
export function counterGenerator(start: { seed: number; sample?: number; draw?: number }): Generator {
  const { seed, sample = 0 } = start;
  let { draw = 0 } = start;
  checkKey({ seed, sample, draw });
  const next = (): CounterKey => ({ seed, sample, draw: draw++ });
  return {
    entropy: [seed, sample],
    randn: (shape) => ({ shape, data: counterNormal(next(), new Float32Array(sizeOf(shape))) }),
    rand: (shape) => ({ shape, data: counterUniform(next(), new Float32Array(sizeOf(shape))) }),
    randint(low, high, shape) {
      checkRange(low, high);
      const data = new Float32Array(sizeOf(shape));
      forEachBounded(next(), PURPOSE.integer, data.length, () => high - low, (i, value) => {
        data[i] = low + value;
      });
      return { data, shape };
    },
    randperm(n) {
      const order = Int32Array.from({ length: n }, (_, i) => i);
      forEachBounded(next(), PURPOSE.permutation, n, (i) => n - i, (i, jump) => {
        const here = order[i];
        order[i] = order[i + jump];
        order[i + jump] = here;
      });
      return order;
    },
    state: () => ({ kind: "counter", seed, sample, draw }),
  };
}

/** Throws DriftfieldError "invalid_option" unless [low, high) holds integers that float32 represents. */
export function checkRange(low: number, high: number): void {
  const limit = 2 ** 24;
  const whole = Number.isInteger(low) && Number.isInteger(high) && low >= -limit && high <= limit + 1;
  if (whole && low < high && high - low <= limit) return;
  throw new DriftfieldError("invalid_option", `integers can't be drawn from ${low} to below ${high}`, {
    path: "high",
    received: `[${low}, ${high})`,
    expected: `whole numbers, low < high, no more than ${limit} of them, none beyond ${limit}`,
    hint: "Draw from a smaller range: the numbers come as float32.",
  });
}

/** Calls `use(i, floor(x range(i) / 2^64))`, x being 64 bits: the stream's words 2i and 2i + 1. Ranges up to 2^32. */
function forEachBounded(
  key: CounterKey, purpose: number, count: number,
  range: (index: number) => number, use: (index: number, value: number) => void,
): void {
  checkKey(key);
  let first = 0;
  forEachWord(key, purpose, 2 * count, (at, word) => {
    if (at % 2 === 0) {
      first = word;
      return;
    }
    const bound = range(at >> 1);
    let carry = 0; // long multiplication in 16-bit digits, lowest first; what carries out is the quotient
    for (const digit of [word & 0xffff, word >>> 16, first & 0xffff, first >>> 16]) {
      carry = Math.floor((digit * bound + carry) / 65536);
    }
    use(at >> 1, carry);
  });
}
