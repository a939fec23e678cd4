// Checks that run elsewhere, on a page or over a whole list at once, become tests of their own.
import { expect, it } from "vitest";

/** One check. `detail` says what was found, and why it failed where it did. */
export type Verdict = { name: string; ok: boolean; detail: string };

/** Declares one test for every verdict. Throws when there are none: a suite that ran nothing has failed. */
export function itHolds(verdicts: readonly Verdict[]): void {
  if (verdicts.length === 0) throw new Error("no verdicts");
  for (const { name, ok, detail } of verdicts) it(name, () => expect(ok, detail).toBe(true));
}
