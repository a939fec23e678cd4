// Golden tensors as the engine takes them.
import type { Sym } from "../../src/graph/index.ts";
import { Scope } from "../../src/nn/index.ts";
import { compile, nodeBackend, type Data, type Weight } from "../../src/runtime/index.ts";

/** A tensor in a golden file. */
export type Stored = { shape: number[]; data: number[] };

/** Compiles what `build` makes of a scope with `stored` weights, runs it once, and gives the outputs' numbers. */
export async function runWith(
  stored: Record<string, Stored>,
  build: (scope: Scope) => Record<string, Sym>,
  feeds: Record<string, Data>,
): Promise<Record<string, Float32Array>> {
  const weights = new Map<string, Weight>();
  for (const [name, { shape, data }] of Object.entries(stored)) {
    weights.set(name, { dtype: "float32", shape, content: new Uint8Array(Float32Array.from(data).buffer) });
  }
  const program = await compile(build(new Scope()), {
    backend: await nodeBackend(),
    weights,
    name: "golden",
    threads: 1,
  });
  const results = await program.run(feeds);
  await program.dispose();
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]));
}

/** The largest difference between two lists of numbers. Infinity where their lengths differ. */
export function furthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return largest;
}
