// Training models of points: smalldiffusion's steps by its recipe, every target and ablation learns, runs go on bit for
// bit, and what was trained is what the typed-array network says.
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ownPoints, spiral, spiralClasses } from "../../data/shapes/index.ts";
import { input } from "../../graph/index.ts";
import { loadPointModel, pointConfig, pointFeatures, pointGraph } from "../../models/point/index.ts";
import { registryOf, Scope } from "../../nn/index.ts";
import { compile, nodeBackend, type Backend } from "../../runtime/index.ts";
import { train } from "../index.ts";
import { initialState } from "../state.ts";
import { trainLoop } from "../train.ts";
import { pointTargets, referenceRecipe, trainPoints, type PointTraining } from "./index.ts";
import { chosenPoints } from "./presets.ts";
import { pointTask } from "./task.ts";
import { pointLoopOptions } from "./train-points.ts";

const golden = JSON.parse(readFileSync(new URL("../../../test/golden/points.json", import.meta.url), "utf8"));

let backend: Backend;
let folder: string;
beforeAll(async () => {
  backend = await nodeBackend();
  folder = await mkdtemp(join(tmpdir(), "driftfield-points-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function trained(request: PointTraining) {
  const losses: number[] = [];
  const records = trainPoints(request);
  for (;;) {
    const next = await records.next();
    if (next.done) return { losses, model: next.value };
    losses.push(next.value.loss);
  }
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

it("takes smalldiffusion's steps by the reference recipe", async () => {
  const { points, first, steps, last } = golden.training;
  const config = pointConfig({ ...golden.cases[0].config });
  const own = pointTask(config, spiral({ count: points }), referenceRecipe, 1);
  const task = {
    ...own,
    makeBatch: (step: number) => ({
      features: pointFeatures(config, Float32Array.from(steps[step].x), Float32Array.from(steps[step].sigma)),
      target: Float32Array.from(steps[step].noise),
    }),
  };
  const state = initialState(registryOf(task.loss, task.batch), 1);
  for (const [name, { data }] of Object.entries<{ data: number[] }>(first)) {
    state.arrays.get(`parameter/${name}`)!.set(data);
  }
  let after = state;
  for await (const record of trainLoop(task, state, {
    ...pointLoopOptions(referenceRecipe), steps: steps.length, stepsPerRun: 3, backend, threads: 1,
  })) {
    expect(record.loss).toBeCloseTo(steps[record.step - 1].loss, 5);
    after = record.state;
  }
  for (const [name, { data }] of Object.entries<{ data: number[] }>(last)) {
    data.forEach((value, i) => {
      expect(after.arrays.get(`parameter/${name}`)![i], name).toBeCloseTo(value, 6);
      expect(after.arrays.get(`ema/${name}`)![i], name).toBeCloseTo(value, 6); // it averages nothing
    });
  }
});

describe("every target", () => {
  it.each(pointTargets)("%s: the loss falls, and the typed arrays say what the graph says", async (target) => {
    const { losses, model } = await trained({ target, steps: 400, backend, recipe: { rate: 4e-3 } });
    expect(losses.length).toBe(400);
    const most = target === "epsilon" || target === "flow" ? 0.9 : 0.98; // the others' least loss is near 1
    expect(mean(losses.slice(-60)) / mean(losses.slice(0, 20))).toBeLessThan(most);
    const { config, weights } = model;
    const x = Float32Array.from({ length: 40 }, (_, i) => Math.sin(i * 1.7) * 2);
    const scope = new Scope();
    const outputs = { F: pointGraph(scope, config, input("x", [20, 4])) };
    const bound = new Map(
      [...scope.registry].map(([name, { shape }]) => {
        const { buffer, byteOffset, byteLength } = weights.get(name)!;
        return [name, { dtype: "float32" as const, shape, content: new Uint8Array(buffer, byteOffset, byteLength) }];
      }),
    );
    const program = await compile(outputs, { backend, weights: bound });
    const { F } = await program.run({ x: pointFeatures(config, x, 0.3) });
    await program.dispose();
    const said = model.network(x, 0.3);
    said.forEach((value, i) => expect(value).toBeCloseTo(Number(F.data[i]), 4));
  });
});

it("learns without the noise level, and from data of two equal points", async () => {
  const blind = await trained({ timeInput: false, steps: 50, backend });
  expect(blind.model.config.time_input).toBe(false);
  expect(blind.model.weights.get("net.0.weight")!.length).toBe(16 * 2);
  const point = await trained({ data: ownPoints([[0.5, -0.3], [0.5, -0.3]]), steps: 300, backend });
  const [x, y] = point.model.denoise(Float32Array.of(0.7, 0.1), 0.5);
  expect(Math.hypot(x - 0.5, y + 0.3)).toBeLessThan(0.1);
});

it("learns classes, and drops the class as often as it is told", async () => {
  const { model } = await trained({ preset: "classes", steps: 100, backend });
  const classes = { num_classes: 3, class_names: ["person", "dog", "cat"] };
  expect(model.config).toMatchObject({ _class_name: "ConditionalMLP", ...classes });
  const x = Float32Array.of(0.2, 0.1);
  expect(model.predict(x, 0.5, 0)).not.toEqual(model.predict(x, 0.5, 2));
  const { config, data, recipe } = chosenPoints({ preset: "classes", recipe: { dropClass: 0.25 } });
  const task = pointTask(config, data, recipe, 1);
  let dropped = 0;
  for (let step = 0; step < 100; step++) {
    const rows = task.makeBatch(step).classes as Float32Array;
    for (let i = 0; i < 100; i++) {
      const row = rows.subarray(4 * i, 4 * i + 4);
      if (row[3] === 1) dropped++;
      else expect(row[spiralClasses().classes![i]]).toBe(1);
    }
  }
  expect(Math.abs(dropped / 10_000 - 0.25)).toBeLessThan(0.02);
});

it("goes on from a checkpoint bit for bit", async () => {
  const request = { steps: 120, stepsPerRun: 20, seed: 5, backend };
  const whole = await trained(request);
  let bytes: Uint8Array | undefined;
  for await (const record of trainPoints(request)) {
    if (record.step < 60) continue;
    bytes = await record.checkpoint();
    break;
  }
  const rest = await trained({ ...request, resume: bytes! });
  expect(rest.losses).toEqual(whole.losses.slice(60));
  expect(rest.model.weights).toEqual(whole.model.weights);
});

it("stops at its signal with the model as it is, and refuses what it doesn't know", async () => {
  const controller = new AbortController();
  let seen = 0;
  const records = trainPoints({ steps: 10_000, backend, signal: controller.signal });
  for (;;) {
    const next = await records.next();
    if (next.done) break;
    if (++seen === 75) controller.abort();
  }
  expect(seen).toBe(100); // the run of 50 that it was in ends
  await expect(trainPoints({ stepz: 1 } as object).next()).rejects.toMatchObject({ hint: "Did you mean steps?" });
  await expect(trainPoints({ preset: "classes", data: "moons" }).next()).rejects.toMatchObject({ path: "data" });
  await expect(trainPoints({ data: "moon" }).next()).rejects.toMatchObject({ hint: "did you mean moons?" });
});

it("trains a preset in a folder and writes it as a model that loads", async () => {
  const models = join(folder, "models");
  const request = { preset: "classes", steps: 60, out: join(folder, "run"), export: models, dropClass: 0 };
  for await (const record of train(request)) expect(record.loss).toBeGreaterThan(0);
  const model = await loadPointModel(join(models, "classes"));
  expect(model.config.num_classes).toBe(3);
  const stored = JSON.parse(await readFile(join(models, "classes", "config.json"), "utf8"));
  expect(Object.keys(stored)).not.toContain("time_input"); // what is as by default isn't written
  expect(stored).toMatchObject({ prediction: "edm", num_classes: 3, cond_dim: 4 });
  const again = await trained({ preset: "classes", steps: 60, backend, recipe: { dropClass: 0 } });
  for (const [name, values] of again.model.weights) {
    const found = model.weights.get(name)!; // half precision
    values.forEach((value, i) => expect(Math.abs(found[i] - value)).toBeLessThanOrEqual(Math.abs(value) / 1024 + 1e-7));
  }
});
