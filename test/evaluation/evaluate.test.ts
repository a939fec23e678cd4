// A whole run of every measure on tiny random models: files, kept results, stale results, and stopping.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evaluate, measureNames, type EvaluateRequest, type Outcome } from "../../src/evaluation/index.ts";
import { decodePng } from "../../src/files/index.ts";
import { writeTinyModels } from "../cli/tiny-model.ts";
import { writeTinyData, writeTinyJudges } from "./tiny-judges.ts";

let folder = "";
const at = (name: string): string => join(folder, name);
const results = () => JSON.parse(readFileSync(at("docs/results.json"), "utf8"));
const report = (): string => readFileSync(at("docs/results.md"), "utf8");

async function run(request: Partial<EvaluateRequest> = {}): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const folders = { models: at("models"), judges: at("judges"), data: at("data"), out: at("docs") };
  for await (const outcome of evaluate({ samples: 6, batchSize: 4, ...folders, ...request })) outcomes.push(outcome);
  return outcomes;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "driftfield-eval-"));
  await writeTinyModels(at("models"));
  const { faces } = writeTinyData(at("data"));
  await writeTinyJudges(at("judges"), at("models"), faces);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a run of every measure", () => {
  let outcomes: Outcome[] = [];
  beforeAll(async () => {
    outcomes = await run();
  }, 120_000);

  it("does each of them", () => {
    expect(outcomes.filter((outcome) => !outcome.done)).toEqual([]);
    expect(Object.keys(results().measures)).toEqual(measureNames);
  });

  it("writes its sheets as pictures that the page shows", async () => {
    const files = readdirSync(at("docs/sheets")).sort();
    expect(files).toEqual(["guidance.png", "nearest.png", "reconstructions.png", "samplers.png", "samples.png"]);
    for (const file of files) {
      const { width } = await decodePng(readFileSync(at(`docs/sheets/${file}`)));
      expect(width).toBeGreaterThan(32);
      expect(report()).toContain(`(sheets/${file})`);
    }
  });

  it("finds with every number the samples that it rests on", () => {
    const [table] = results().measures.guidance.tables;
    expect(table.rows.map((row: unknown[]) => row.slice(0, 2))).toEqual([
      ["real", 6],
      ...[1, 2, 3, 4, 5, 6, 8, 10].map((scale) => [String(scale), 6]),
    ]);
  });

  it("finds the same numbers when it is run again", async () => {
    const before = results().measures;
    await run({ only: ["adherence-emoji", "retrieval"] });
    expect(results().measures["adherence-emoji"].tables).toEqual(before["adherence-emoji"].tables);
    expect(results().measures).toEqual(before);
  });

  it("keeps what people wrote around the tables", async () => {
    writeFileSync(at("docs/results.md"), `Before.\n\n${report().replace("# Results\n\n", "")}\nAfter.\n`);
    await run({ only: ["retrieval"] });
    expect(report()).toMatch(/^Before\.\n/);
    expect(report()).toMatch(/After\.\n$/);
  });

  it("marks what other weights gave as stale, until it is measured anew", async () => {
    const path = at("models/clip/config.json");
    const config = readFileSync(path, "utf8");
    writeFileSync(path, `${config} `);
    await run({ only: ["retrieval"] });
    const { retrieval, arithmetic, frechet } = results().measures;
    expect([retrieval.stale, arithmetic.stale, frechet.stale]).toEqual([undefined, true, undefined]);
    expect(report()).toContain("**Stale:");
    writeFileSync(path, config);
    await run({ only: ["retrieval"] });
    expect(report()).not.toContain("**Stale:");
  });
});

it("leaves out a measure whose part isn't there, and says how to make it", async () => {
  expect(await run({ only: ["face-judge"], judges: at("nowhere") })).toEqual([
    { name: "face-judge", done: false, why: "it needs face-judge: driftfield train face-judge --export runs/judges" },
  ]);
});

it("names the nearest measure for one that nobody knows", async () => {
  await expect(run({ only: ["retreival"] })).rejects.toMatchObject({
    code: "unknown_option",
    hint: "did you mean retrieval?",
  });
});

it("keeps what was found before it was stopped", async () => {
  const controller = new AbortController();
  const out = at("stopped");
  const seen: string[] = [];
  const stopped = (async () => {
    const request = {
      models: at("models"),
      judges: at("judges"),
      data: at("data"),
      out,
      samples: 4,
      signal: controller.signal,
    };
    for await (const { name } of evaluate({ ...request, only: ["retrieval", "guidance"] })) {
      seen.push(name);
      setTimeout(() => controller.abort(), 20);
    }
  })();
  await expect(stopped).rejects.toMatchObject({ code: "aborted" });
  expect(seen).toEqual(["retrieval"]);
  expect(Object.keys(JSON.parse(readFileSync(join(out, "results.json"), "utf8")).measures)).toEqual(["retrieval"]);
});

it("stops generating when the time is up, and says how many samples it got", async () => {
  await run({ only: ["steps"], minutes: 0.0001, samples: 12, batchSize: 2 });
  const [, ...points] = results().measures.steps.tables[0].rows;
  expect(points.map((row: unknown[]) => row[1])).toEqual([2, 2, 2, 2]);
});
