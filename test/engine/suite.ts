// The engine's suite as every backend runs it, in Node and on a page: fast-check draws the seeds, one verdict a case.
import fc from "fast-check";
import { checkGradients, opCases, runSuite, type Golden, type SuiteBackend } from "../../src/graph/suite/index.ts";
import values from "../golden/ops.json" with { type: "json" };
import type { Verdict } from "../verdict.ts";

const golden = values as unknown as Golden; // each case has inputs of its own

/** Runs everything at `runs` seeds; a failure names its seed, and `checkGradients` repeats it. */
export async function runEngineSuite(
  backend: SuiteBackend,
  { runs, threads }: { runs: number; threads: number },
): Promise<Verdict[]> {
  const seeds = fc.sample(fc.integer({ min: 0 }), runs);
  const verdicts = await runSuite(backend, { seeds, golden, threads });
  const named = new Set(verdicts.map(({ name }) => name));
  const missing = opCases.filter(({ name }) => !named.has(name)).map(({ name }) => name);
  const repeated = await checkGradients(opCases[0], backend, seeds[0], threads);
  return [
    ...verdicts,
    { name: "the suite brings a verdict for every case", ok: missing.length === 0, detail: missing.join(", ") },
    { ...repeated, name: "the suite repeats one case at one seed" },
  ];
}
