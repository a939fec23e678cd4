// The exported TypeScript, run in Node, makes the points that the studio's worker made.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { loadPointModel, type PointModel } from "driftfield/point";
import { letters, ownPoints, shapeNamed, type PointSet } from "driftfield/shapes";
import { expect, it } from "vitest";
import { placesAt, runJob } from "../lab/run.ts";
import { modelMaker } from "../lab/source.ts";
import { jsonOf } from "./json.ts";
import type { ModelSpec, RunSpec } from "./run-spec.ts";
import { scriptOf } from "./script.ts";

const home = join(import.meta.dirname, "..", "..");
const context = { signal: new AbortController().signal, breathe: async () => {} };
const exact = modelMaker(async () => Promise.reject(new Error("nothing to fetch")));

async function printed(source: string): Promise<number[][]> {
  // Within the package, so that it finds itself by its own name.
  const folder = await mkdtemp(join(home, "dist", "script-"));
  try {
    await writeFile(join(folder, "run.ts"), source);
    const args = ["--import", "tsx", join(folder, "run.ts")];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: home });
    return JSON.parse(stdout).points;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function setOf(model: ModelSpec): PointSet {
  if (model.kind === "shipped") throw new Error("it has no data");
  const { data } = model;
  if ("points" in data) return ownPoints(data.points);
  const { shape, ...options } = data;
  return shape === "letters" ? letters(options) : shapeNamed(shape, options);
}

async function modelOf(model: ModelSpec): Promise<PointModel> {
  if (model.kind === "shipped") return loadPointModel(join(home, "models", model.name));
  const set = setOf(model);
  const flow = model.kind === "exact" && model.flow;
  return exact({ kind: "exact", points: set.points.data, classes: set.classes, flow });
}

const specs: RunSpec[] = [
  {
    title: "DDPM on rings",
    model: { kind: "exact", data: { shape: "rings", count: 60, seed: 3 } },
    request: { sampler: "ddpm", seed: 5, count: 20, steps: 16 },
  },
  {
    title: "DDIM, more steps than the table, drawn points",
    model: { kind: "exact", data: { points: [[0.5, 0.25], [-1, 0]] } },
    request: { sampler: "ddim", eta: 0.5, seed: 2, count: 4, steps: 256 },
  },
  {
    title: "A branch of a branch",
    model: { kind: "exact", data: { shape: "moons", count: 40, seed: 1 } },
    request: {
      sampler: "ddpm", seed: 3, count: 5, steps: 10,
      turns: [
        { step: 4, sampler: "ddim", eta: 0.5, noiseScale: 1, seed: 3 },
        { step: 7, sampler: "ddpm", eta: 0, noiseScale: 1, seed: 2003 },
      ],
    },
  },
  {
    title: "A branch at the very start, with other noise",
    model: { kind: "exact", data: { shape: "moons", count: 40, seed: 1 } },
    request: { sampler: "ddpm", seed: 3, count: 5, steps: 6, turns: [{ step: 0, sampler: "ddpm", seed: 1003 }] },
  },
  {
    title: "A flow to letters",
    model: { kind: "exact", data: { shape: "letters", text: "HI", count: 50, seed: 1 }, flow: true },
    request: { seed: 1, count: 6, steps: 8 },
  },
  {
    title: "Guidance, away from a class",
    model: { kind: "shipped", name: "classes" },
    request: { sampler: "ddim", seed: 1, count: 9, steps: 12, classes: 1, negativeClasses: 2, guidanceScale: 3 },
  },
  {
    title: "Guidance that ends half-way, then another class and nothing to lead away from",
    model: { kind: "shipped", name: "classes" },
    request: {
      sampler: "ddim", seed: 1, count: 9, steps: 12, classes: 1, negativeClasses: 2, guidanceScale: 3,
      turns: [
        { step: 4, classes: 1, negativeClasses: 2, guidanceScale: 1 },
        { step: 8, classes: 0, negativeClasses: undefined, guidanceScale: 6 },
      ],
    },
  },
];

it.each(specs)("$title", async (spec) => {
  const run = await runJob(await modelOf(spec.model), spec.request, context);
  const wanted = placesAt(run, run.steps);
  const found = await printed(scriptOf(spec, "#scene=reverse"));
  expect(found.length).toBe(spec.request.count);
  found.flat().forEach((value, i) => expect(value).toBeCloseTo(wanted[i], 5));
  const json = JSON.parse(JSON.stringify(jsonOf(spec, run)));
  expect(json.points).toEqual(json.path[spec.request.steps]);
  json.points.flat().forEach((value: number, i: number) => expect(value).toBe(wanted[i]));
});
