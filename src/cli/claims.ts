// `driftfield claims`: what has to be true of diffusion, measured; fails when something of it isn't found.
import { DriftfieldError } from "../core/index.ts";
import { claims, measureClaims, type MeasuredClaim } from "../evaluation/claims/index.ts";
import type { claimsCommand } from "../options/index.ts";
import type { Run } from "./commands.ts";
import { wrappedTable } from "./table.ts";

const WIDTHS = [26, 34, 26, 26, 5];
const HEAD = ["claim", "measure", "expected", "found", "holds"];

export const run: Run<typeof claimsCommand.fields> = async ({ only, json }, { signal, onProgress, print }) => {
  const measured: MeasuredClaim[] = [];
  const total = only?.length ?? claims.length;
  for await (const claim of measureClaims({ ...(only && { only }), signal })) {
    measured.push(claim);
    const index = measured.length;
    onProgress({ type: "step", stage: claim.name, index, total, fraction: index / total, secondsLeft: null });
  }
  if (json) print(JSON.stringify({ claims: measured, hold: measured.every(({ holds }) => holds) }));
  else {
    const rows = measured.map(({ claim, measure, expected, found, holds }) => {
      return [claim, measure, expected, found, holds ? "yes" : "NO"];
    });
    print(wrappedTable([HEAD, ...rows], WIDTHS));
  }
  assertHolding(measured);
};

/** @throws DriftfieldError "mismatch" naming the claims that don't hold, if any */
export function assertHolding(measured: readonly MeasuredClaim[]): void {
  const failed = measured.filter(({ holds }) => !holds);
  if (failed.length === 0) return;
  throw new DriftfieldError("mismatch", `not found as expected: ${failed.map(({ name }) => name).join(", ")}`, {
    path: failed[0].name,
    received: failed[0].found,
    expected: failed[0].expected,
    hint: `look at the numbers with: driftfield claims --only ${failed[0].name} --json`,
  });
}
