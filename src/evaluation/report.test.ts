// The page of results: how numbers read, and which are marked as old.
import { describe, expect, it } from "vitest";
import type { Findings } from "./findings.ts";
import { count, figure, percent, text } from "./findings.ts";
import { measures } from "./measures/registry.ts";
import { cellText, reportPage } from "./report.ts";
import { emptyResults, markStale, toStored, type Results } from "./results.ts";

const findings: Findings = {
  settings: { seeds: "0 to 9" },
  tables: [
    {
      title: "Recall",
      columns: [text("set"), count("n"), percent("share"), figure("distance")],
      rows: [["a|b", 10, 1 / 3, Number.NaN]],
    },
  ],
};
const results = (identity: Record<string, string>): Results => ({
  ...emptyResults(),
  measures: { retrieval: toStored(findings, identity) },
});

describe("a cell", () => {
  it.each([
    [0.93451, percent("x"), "93.5%"],
    [1234.6, figure("x"), "1230"],
    [0.00123, figure("x"), "1.2e-3"],
    [0, figure("x"), "0"],
    [389, count("x"), "389"],
    [0, count("x"), ""],
    [null, percent("x"), ""],
    ["a|b", text("x"), "a\\|b"],
  ])("reads %s as a person wants it", (cell, column, wanted) => {
    expect(cellText(cell, column)).toBe(wanted);
  });
});

describe("the page", () => {
  const page = reportPage("", results({ clip: "1" }), measures);

  it("has the tables of what was measured, and says how to measure the rest", () => {
    expect(page).toContain("| set | n | share | distance |\n|---|---:|---:|---:|\n| a\\|b | 10 | 33.3% |  |");
    expect(page).toContain("`driftfield eval --only frechet`");
  });

  it("stays the same when it is made again, and keeps what stands around its part", () => {
    expect(reportPage(page, results({ clip: "1" }), measures)).toBe(page);
    const around = `Before.\n${page}\nAfter.`;
    expect(reportPage(around, emptyResults(), measures)).toMatch(/^Before\.[^]*After\.$/);
  });
});

describe("stale results", () => {
  const staleWith = (now: Record<string, string | undefined>, from = results({ clip: "1", "data/emoji": "2" })) =>
    markStale(from, now).measures.retrieval.stale;

  it("are those whose weights or data are others now", () => {
    expect(staleWith({ clip: "1", "data/emoji": "2" })).toBeUndefined();
    expect(staleWith({ clip: "9", "data/emoji": "2" })).toBe(true);
    expect(staleWith({ clip: "1", "data/emoji": "9" })).toBe(true);
  });

  it("stay stale while it can't be told, and are fresh again with the old weights", () => {
    const stale = markStale(results({ clip: "1", "data/emoji": "2" }), { clip: "9", "data/emoji": "2" });
    expect(staleWith({}, stale)).toBe(true);
    expect(staleWith({ clip: "1", "data/emoji": "2" }, stale)).toBeUndefined();
    expect(staleWith({})).toBeUndefined();
  });
});
