// docs/results.json: the last findings of every measure, and of which weights and data they are.
import { readFile } from "node:fs/promises";
import { DriftfieldError } from "../core/index.ts";
import { writeFileAtomic } from "../files/index.ts";
import type { Column, Findings, SheetNote } from "./findings.ts";

/** What a finding rests on: hashes by the names of parts and data sets. */
export type Identity = Readonly<Record<string, string>>;

type StoredTable = {
  title: string;
  columns: readonly Column[];
  rows: readonly (readonly (string | number | null)[])[];
};

/** One measure's findings. Numbers have five figures; what isn't a number is null. */
export type StoredFindings = {
  identity: Identity;
  /** True where the weights or data have changed since. */
  stale?: boolean;
  settings: Readonly<Record<string, unknown>>;
  tables: readonly StoredTable[];
  sheets: readonly SheetNote[];
};

export type Results = { format: "driftfield-results"; version: 1; measures: Record<string, StoredFindings> };

export const emptyResults = (): Results => ({ format: "driftfield-results", version: 1, measures: {} });

/** Reads results; none where there is no file. Throws "invalid_file" for something else. */
export async function readResults(path: string): Promise<Results> {
  let results: Partial<Results>;
  try {
    results = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return emptyResults();
    throw notResults(path, cause);
  }
  if (results?.format !== "driftfield-results" || results.version !== 1 || typeof results.measures !== "object")
    throw notResults(path);
  return results as Results;
}

function notResults(path: string, cause?: unknown): DriftfieldError {
  return new DriftfieldError("invalid_file", `${path} doesn't hold results of driftfield eval`, {
    path,
    expected: '"format": "driftfield-results"',
    hint: "name another folder with --out, or move the file away",
    ...(cause !== undefined && { cause }),
  });
}

/** Writes results, measures in the order of `names`. */
export async function writeResults(path: string, results: Results, names: readonly string[]): Promise<void> {
  const known = names.filter((name) => results.measures[name] !== undefined);
  const measures = Object.fromEntries(known.map((name) => [name, results.measures[name]]));
  await writeFileAtomic(path, new TextEncoder().encode(`${JSON.stringify({ ...results, measures }, null, 1)}\n`));
}

/** Findings as they are stored. */
export function toStored(findings: Findings, identity: Identity): StoredFindings {
  const tables = findings.tables.map(({ title, columns, rows }) => ({
    title,
    columns,
    rows: rows.map((row) => row.map((cell) => (typeof cell === "number" ? fiveFigures(cell) : cell))),
  }));
  return { identity, settings: findings.settings, tables, sheets: findings.sheets ?? [] };
}

const fiveFigures = (value: number): number | null => (Number.isFinite(value) ? Number(value.toPrecision(5)) : null);

/**
 * The same results with `stale` on those whose weights or data are others now. What isn't there now can't be
 * compared.
 */
export function markStale(results: Results, now: Readonly<Record<string, string | undefined>>): Results {
  const measures = Object.fromEntries(
    Object.entries(results.measures).map(([name, { stale: before, ...stored }]) => {
      const compared = Object.entries(stored.identity).filter(([part]) => now[part] !== undefined);
      const changed = compared.some(([part, hash]) => now[part] !== hash);
      const unknown = compared.length < Object.keys(stored.identity).length;
      return [name, changed || (unknown && before) ? { ...stored, stale: true } : stored];
    }),
  );
  return { ...results, measures };
}
