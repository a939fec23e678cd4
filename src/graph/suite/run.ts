// The whole suite on one backend: the same in Node and on a page.
import type { SuiteBackend } from "./backend.ts";
import type { OpCase } from "./case.ts";
import { checkCases, type Verdict } from "./gradients.ts";
import { convCases } from "./cases/conv.ts";
import { elementwiseCases } from "./cases/elementwise.ts";
import { gatherCases } from "./cases/gather.ts";
import { matmulCases } from "./cases/matmul.ts";
import { normCases } from "./cases/norm.ts";
import { shapeCases } from "./cases/shape.ts";
import { unaryCases } from "./cases/unary.ts";
import { checkExtremes } from "./extremes.ts";
import { checkGolden, type Golden } from "./golden.ts";

/** Every case: one entry an op and variant. */
export const opCases: readonly OpCase[] = [
  ...elementwiseCases, ...unaryCases, ...matmulCases, ...convCases, ...normCases, ...shapeCases, ...gatherCases,
];

const BATCH = 100; // cases a session: making sessions dominates

export type SuiteOptions = {
  /** Each seed is another set of shapes and numbers for every case. */
  seeds: readonly number[];
  /** PyTorch's values (test/golden/ops.json). */
  golden: Golden;
  threads?: number;
};

/** Runs every case at every seed, PyTorch's values and the extremes; one verdict a case. */
export async function runSuite(backend: SuiteBackend, { seeds, golden, threads }: SuiteOptions): Promise<Verdict[]> {
  const on = { backend, threads };
  const faults = new Map<string, string[]>(opCases.map(({ name }) => [name, []]));
  for (const seed of seeds) {
    for (let start = 0; start < opCases.length; start += BATCH) {
      for (const { name, ok, detail } of await checkCases(opCases.slice(start, start + BATCH), on, seed)) {
        if (!ok) faults.get(name)!.push(`seed ${seed}: ${detail}`);
      }
    }
  }
  const cases = [...faults].map(([name, list]) => ({ name, ok: list.length === 0, detail: list.join("\n") }));
  return [...cases, ...(await checkGolden(golden, on)), ...(await checkExtremes(on))];
}
