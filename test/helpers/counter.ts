// Weights and inputs that follow from a tensor's name and shape alone (oracle/component_weights.py): needs no files.
import type { Tensor } from "../../src/core/index.ts";

/** Numbers in [-1, 1): the murmur3 finaliser of the place, offset by the FNV-1a hash of the name. */
export function counter(name: string, count: number): Float64Array {
  let start = 2166136261;
  for (const byte of new TextEncoder().encode(name)) start = Math.imul(start ^ byte, 16777619);
  return Float64Array.from({ length: count }, (_, i) => {
    let x = (Math.imul(i, 0x9e3779b1) + start) >>> 0;
    x ^= x >>> 16;
    x = Math.imul(x, 0x85ebca6b);
    x ^= x >>> 13;
    x = Math.imul(x, 0xc2b2ae35);
    x ^= x >>> 16;
    return (x >>> 8) / 2 ** 23 - 1;
  });
}

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** A weight: around 1 for norms' scales, small for other vectors, of unit gain for matrices and kernels. */
export function counterWeight(name: string, shape: readonly number[]): Float32Array {
  const u = counter(name, product(shape));
  const gain = Math.sqrt(3 / product(shape.slice(1)));
  const norm = name.endsWith("weight");
  return Float32Array.from(u, (v) => (shape.length > 1 ? v * gain : norm ? 1 + 0.25 * v : 0.25 * v));
}

/** An input, in [-2, 2). */
export function counterNoise(name: string, shape: readonly number[]): Tensor {
  return { data: Float32Array.from(counter(name, product(shape)), (v) => Math.fround(v) * 2), shape };
}
