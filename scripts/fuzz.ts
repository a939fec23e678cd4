// Random runs of the reference (oracle/schedulers_fuzz.py) walked by ours, and the cause of every disagreement:
// npm run fuzz -- <file>. Fails when one of them has none.
import { readFileSync } from "node:fs";
import { DriftfieldError } from "../src/core/index.ts";
import { differences, titleOf, walk, type Asked, type Case, type Written } from "../test/helpers/oracle-run.ts";

/** A run, and what the reference makes of it when its numbers are rounded otherwise. */
type Traced = Case & { again: Partial<Record<keyof typeof roundings, Written>> };
type Failed = Asked & { why: string };

const roundings = {
  numpy: "the reference agrees once NumPy's float32 log, exp and sqrt are rounded correctly",
  torch: "the reference agrees once PyTorch's float32 log, exp, sqrt and pow are rounded correctly",
  functions: "the reference agrees once NumPy's and PyTorch's are",
  double: "both agree in float64: float32 has lost the digits",
  all: "both agree in float64, once NumPy's and PyTorch's are rounded correctly",
};
const say = (text: string) => process.stdout.write(`${text}\n`);
const [agrees, untraced] = ["agrees", "not traced"];

/** The first change to the reference that makes it agree with ours. */
function causeOf(traced: Traced): string {
  let first: string | undefined;
  try {
    [first] = differences(traced);
    if (first === undefined) return agrees;
  } catch (error) {
    const nothing = error instanceof DriftfieldError && error.path === "strength" && traced.timesteps.length === 0;
    return nothing ? "`strength` leaves no step: the reference takes none, ours says so" : untraced;
  }
  const ways = Object.keys(roundings) as (keyof typeof roundings)[];
  const way = ways.find((name) => {
    const other = traced.again[name];
    return other && differences({ ...traced, ...other, double: name === "double" || name === "all" }).length === 0;
  });
  const [what] = first.split(" "); // timesteps, sigma or step
  return way === undefined ? untraced : `${roundings[way]}; ${what} first`;
}

/** What ours makes of a run that the reference hasn't got. */
function oursOf(failed: Failed): string {
  try {
    const { after } = walk({ ...failed, seed: 1 });
    return after.flat().every(Number.isFinite) ? "finishes" : "NaN";
  } catch (error) {
    if (error instanceof DriftfieldError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

/** What occurs how often, most often first. */
function counted(values: readonly string[]): [value: string, count: number][] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1]);
}

/** Runs by what became of them, and in how many of which class. */
function printCounts(runs: readonly Asked[], became: readonly string[]): void {
  for (const [outcome, count] of counted(became)) {
    const classes = runs.flatMap((run, i) => (became[i] === outcome ? [run.class.replace("Scheduler", "")] : []));
    const list = counted(classes).map(([name, of]) => `${name} ${of}`);
    say(`${`${count}`.padStart(4)} ${outcome === agrees ? outcome : `${outcome} (${list.join(", ")})`}`);
  }
}

const { cases, failed } = JSON.parse(readFileSync(process.argv[2], "utf8")) as { cases: Traced[]; failed: Failed[] };
const causes = cases.map(causeOf);
say(`${cases.length} runs beside the reference:`);
printCounts(cases, causes);
say(`\n${failed.length} that the reference refuses, fails on or ends in NaN with; ours:`);
printCounts(
  failed,
  failed.map((run) => `${oursOf(run)}, where the reference: ${run.why}`),
);
cases.forEach((run, i) => {
  if (causes[i] !== untraced) return;
  process.exitCode = 1;
  say(`\n${untraced}: ${titleOf(run)}`);
});
