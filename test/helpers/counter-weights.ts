// Weights that follow from a tensor's name and shape alone, as oracle/components.py makes them: goldens without files.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeSafetensors } from "../../src/files/index.ts";
import type { Tensor } from "../../src/core/index.ts";
import type { Stored } from "./weights.ts";

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

/** A case of a golden file. */
export type ComponentCase = {
  kind: string;
  config: Record<string, unknown>;
  tensors: Record<string, number[]>;
  /** Names in older files, by the present ones. */
  stored_as?: Record<string, string>;
  outputs: Record<string, Stored>;
};

/** Writes the component that a case describes into a folder of its own for as long as `use` runs. */
export async function withComponent<T>(
  { config, tensors, stored_as: older = {} }: ComponentCase,
  stem: string,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "driftfield-component-"));
  try {
    const stored = Object.entries(tensors).map(([name, shape]) => ({
      name: older[name] ?? name,
      shape,
      data: counterWeight(name, shape),
    }));
    await writeFile(join(folder, "config.json"), JSON.stringify(config));
    await writeSafetensors(join(folder, `${stem}.safetensors`), stored);
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The largest difference, over the largest value of `expected`. Infinity where shapes differ. */
export function relative(found: Tensor, expected: Stored): number {
  if (String(found.shape) !== String(expected.shape)) return Infinity;
  let [largest, apart] = [0, 0];
  expected.data.forEach((value, i) => {
    largest = Math.max(largest, Math.abs(value));
    apart = Math.max(apart, Math.abs(value - found.data[i]));
  });
  return Number.isNaN(apart) ? Infinity : apart / largest;
}
