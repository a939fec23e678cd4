// `driftfield eval`: measures the models; each measure's findings are on disk before the next begins.
import { join } from "node:path";
import { DriftfieldError } from "../core/index.ts";
import { evaluate, type Outcome } from "../evaluation/index.ts";
import type { evalCommand } from "../options/index.ts";
import { duration } from "./bar.ts";
import type { Run } from "./commands.ts";

export const run: Run<typeof evalCommand.fields> = async (
  { json, ...request },
  { signal, onProgress, note, print },
) => {
  const outcomes: Outcome[] = [];
  for await (const outcome of evaluate({ ...request, signal, onProgress })) {
    outcomes.push(outcome);
    note(outcome.done ? `${outcome.name}: ${duration(outcome.seconds)}` : `${outcome.name}: left out, ${outcome.why}`);
  }
  const path = join(request.out ?? "docs", "results.md");
  const done = outcomes.filter((outcome) => outcome.done).map(({ name }) => name);
  const leftOut = outcomes.flatMap((outcome) => (outcome.done ? [] : [{ name: outcome.name, why: outcome.why }]));
  if (json) print(JSON.stringify({ path, done, left_out: leftOut }));
  else print(path);
  const failed = outcomes.find((outcome) => !outcome.done && outcome.error !== undefined);
  if (failed !== undefined && !failed.done) {
    throw new DriftfieldError("mismatch", `${failed.name} failed: ${failed.why}`, {
      path: failed.name,
      hint: `see what it needs with: driftfield eval --only ${failed.name}`,
      cause: failed.error,
    });
  }
};
