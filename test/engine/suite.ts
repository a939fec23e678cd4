// Declares the engine's suite for one backend: fast-check's seeds for the gradients, one test a golden value or extreme.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkGradients, opCases, runSuite, type Golden, type SuiteBackend } from "../../src/graph/suite/index.ts";

const golden: Golden = JSON.parse(readFileSync(join(import.meta.dirname, "..", "golden", "ops.json"), "utf8"));

/** Runs everything at `runs` seeds that fast-check draws; a failure says which, and `checkGradients` repeats it. */
export async function declareSuite(backend: SuiteBackend, { runs, threads }: { runs: number; threads: number }): Promise<void> {
  const seeds = fc.sample(fc.integer({ min: 0 }), runs);
  const verdicts = await runSuite(backend, { seeds, golden, threads });
  for (const { name, ok, detail } of verdicts) it(name, () => expect(ok, detail).toBe(true));

  describe("the suite itself", () => {
    it("brings a verdict for every case", () => {
      const named = new Set(verdicts.map(({ name }) => name));
      expect(opCases.filter(({ name }) => !named.has(name))).toEqual([]);
    });

    it("repeats one case at one seed", async () => {
      const [test] = opCases;
      expect(await checkGradients(test, backend, seeds[0], threads)).toEqual({ name: test.name, ok: true, detail: "" });
    });
  });
}
