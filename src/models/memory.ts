// Whether weights fit into what an engine can hold, said before any of them is read.
import { DriftfieldError } from "../core/index.ts";
import type { ComponentWeights } from "../files/index.ts";
import type { Backend } from "../runtime/index.ts";

/** Bytes of a component's weights: as they are stored, and in memory, where they are float32. */
export type WeightBytes = { stored: number; loaded: number };

export function weightBytes({ tensors }: ComponentWeights): WeightBytes {
  let [stored, loaded] = [0, 0];
  for (const { entry } of tensors.values()) {
    stored += entry.byteLength;
    loaded += entry.shape.reduce((product, dim) => product * dim, 4);
  }
  return { stored, loaded };
}

export const gigabytes = (bytes: number): string => `${Math.ceil(bytes / 1e7) / 100} GB`;

/**
 * Throws DriftfieldError "unsupported" where the weights of `name` can't be in `backend`'s memory: a page copies them
 * twice on their way in, and WebAssembly addresses no more than 4 GiB.
 */
export function checkRoom(name: string, { stored, loaded }: WeightBytes, { memory }: Backend): void {
  const needed = 2 * stored + loaded;
  if (memory === undefined || needed <= memory) return;
  throw new DriftfieldError("unsupported", `${name} is too big for this page: it takes ${gigabytes(needed)}`, {
    path: name,
    received: gigabytes(needed),
    expected: `at most ${gigabytes(memory)}`,
    hint: "Choose a smaller model, or run this one with Node.",
  });
}
