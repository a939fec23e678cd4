// A small seeded generator for tests of what uses noise (not of noise itself).
import type { Tensor } from "../../src/core/index.ts";
import type { Generator } from "../../src/random/index.ts";

/** Normal numbers out of 32-bit hashes of a counter, by Box and Muller. `at` is where to start: a state's `count`. */
export function seeded(seed: number, at = 0): Generator {
  let count = at;
  const uniform = () => {
    let h = Math.imul(seed ^ Math.imul(count++, 0x9e3779b1), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    h = Math.imul(h ^ (h >>> 16), 0x27d4eb2f);
    return ((h ^ (h >>> 15)) >>> 0) / 2 ** 32;
  };
  const fill = (shape: readonly number[], value: () => number): Tensor => {
    const size = shape.reduce((a, b) => a * b, 1);
    return { data: Float32Array.from({ length: size }, value), shape };
  };
  return {
    entropy: [seed],
    randn: (shape) => fill(shape, () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())),
    rand: (shape) => fill(shape, uniform),
    randint: (low, high, shape) => fill(shape, () => low + Math.floor(uniform() * (high - low))),
    randperm: () => {
      throw new Error("not needed");
    },
    state: () => ({ kind: "seeded", count }),
  };
}
