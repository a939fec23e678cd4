// Which pictures a strip holds: a row a prompt, a column a value; prompts alone stand in one row.
import { DriftfieldError } from "../core/index.ts";
import { MAX_STRIP, nameIn, type RequestOf, type sweepCommand, sweptFields } from "../options/index.ts";
import type { GenerateRequest } from "../pipelines/index.ts";

type SweepRequest = RequestOf<typeof sweepCommand.fields>;
type Swept = keyof typeof sweptFields;

/** The requests of a strip, row by row, and the option that has several values, if one has. */
export type SweepCells = { cells: GenerateRequest[]; columns: number; swept: Swept | null };

/** Lays a sweep out. @throws DriftfieldError "invalid_option" for two options with several values, or too many pictures */
export function sweepCells(given: SweepRequest): SweepCells {
  const keys = Object.keys(sweptFields) as Swept[];
  const several = keys.filter((key) => (given[key]?.length ?? 0) > 1);
  if (several.length > 1) throw twoSwept(several.map((key) => nameIn("cli", key, sweptFields[key])));
  const [swept = null] = several;
  const values: readonly unknown[] = swept === null ? [undefined] : (given[swept] ?? []);
  const total = given.prompts.length * values.length;
  if (total > MAX_STRIP) throw tooMany(total);
  const single = keys.filter((key) => given[key]?.length === 1).map((key) => [key, given[key]?.[0]]);
  const fixed = { ...Object.fromEntries(single), ...(given.rng === undefined ? {} : { rng: given.rng }) };
  const cells = given.prompts.flatMap((prompt) =>
    values.map((value): GenerateRequest => ({ prompt, ...fixed, ...(swept === null ? {} : { [swept]: value }) })),
  );
  return { cells, columns: swept === null ? cells.length : values.length, swept };
}

function twoSwept(names: string[]): DriftfieldError {
  return new DriftfieldError(
    "invalid_option",
    `one option of a strip may have several values, got ${names.join(" and ")}`,
    {
      path: names[0],
      received: names,
      expected: "several values of one option",
      hint: `Give one value of ${names.slice(1).join(" and ")}; several prompts make a row each.`,
    },
  );
}

function tooMany(total: number): DriftfieldError {
  return new DriftfieldError("invalid_option", `a strip holds at most ${MAX_STRIP} pictures, got ${total}`, {
    path: "<prompts>",
    received: total,
    expected: `at most ${MAX_STRIP} pictures`,
    hint: "Make several strips, with fewer values or prompts each.",
  });
}
