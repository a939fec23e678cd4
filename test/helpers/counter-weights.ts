// Weights that follow from a tensor's name and shape alone, as oracle/components.py makes them: goldens without files.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeSafetensors } from "../../src/files/index.ts";
import type { Tensor } from "../../src/core/index.ts";
import { counterWeight } from "./counter.ts";
import type { Stored } from "./weights.ts";

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
