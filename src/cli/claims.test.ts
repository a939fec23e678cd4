// `driftfield claims`: the table, the JSON, and the exit status.
import { expect, test } from "vitest";
import type { MeasuredClaim } from "../evaluation/claims/index.ts";
import { assertHolding } from "./claims.ts";
import type { Context } from "./context.ts";
import { runCli } from "./run.ts";
import { wrappedTable } from "./table.ts";

type Ran = { status: number; printed: string; noted: string; steps: number };

async function driftfield(...argv: string[]): Promise<Ran> {
  const [printed, noted]: string[][] = [[], []];
  let steps = 0;
  const none = () => Promise.reject(new Error("claims need no model"));
  const context: Context = {
    print: (text) => void printed.push(text),
    note: (text) => void noted.push(text),
    onProgress: () => void steps++,
    signal: new AbortController().signal,
    loadPipeline: none,
    loadClip: none,
  };
  const status = await runCli(["claims", ...argv], context);
  return { status, printed: printed.join("\n"), noted: noted.join("\n"), steps };
}

test("prints one JSON object with every number", async () => {
  const { status, printed, steps } = await driftfield("--only", "total-noise", "--json");
  expect(status).toBe(0);
  const { claims, hold } = JSON.parse(printed);
  expect(hold).toBe(true);
  expect(claims).toMatchObject([{ name: "total-noise", holds: true, figures: { least_ratio: expect.any(Number) } }]);
  expect(Object.keys(claims[0])).toEqual(expect.arrayContaining(["claim", "measure", "expected", "found", "seconds"]));
  expect(steps).toBe(1);
});

test("prints a table of sentences", async () => {
  const { printed } = await driftfield("--only", "total-noise");
  expect(printed.split("\n")[0].split(/ {2,}/)).toEqual(["claim", "measure", "expected", "found", "holds"]);
  expect(printed).toContain("Total-noise");
  expect(printed.split("\n").every((line) => line.length <= 130)).toBe(true);
});

test("refuses a claim that nobody knows", async () => {
  const { status, noted } = await driftfield("--only", "total-nois");
  expect({ status, noted }).toEqual({
    status: 2,
    noted: 'error: there is no claim "total-nois"\nhint: did you mean total-noise?',
  });
});

test("fails where a claim isn't found as expected, and names it", () => {
  const claim = { name: "flat-earth", claim: "", measure: "", expected: "flat", figures: {}, seconds: 1 };
  const wrong: MeasuredClaim = { ...claim, found: "round", holds: false };
  expect(() => assertHolding([{ ...wrong, name: "other", holds: true }])).not.toThrow();
  expect(() => assertHolding([wrong])).toThrow(
    expect.objectContaining({ code: "mismatch", path: "flat-earth", received: "round", expected: "flat" }),
  );
});

test("a table breaks sentences between words and cuts words that are too long", () => {
  expect(wrappedTable([["a bb ccc", "x"], ["longerword", "y z"]], [4, 3])).toBe(
    ["a bb  x", "ccc", "----  ---", "long  y z", "erwo", "rd"].join("\n"),
  );
});
