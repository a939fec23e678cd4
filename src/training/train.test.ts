// The training loop on a task small enough to check by hand: it learns, resumes bit for bit, and stops at bad losses.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { gelu, log, meanSquaredError, mul, sub } from "../graph/index.ts";
import { denseLayer, registryOf } from "../nn/index.ts";
import { counterUniform } from "../random/index.ts";
import { nodeBackend, type Backend } from "../runtime/index.ts";
import { run, type RunOptions, type RunRecord } from "./run.ts";
import { exportWeights, initialState, loadState, stateFromWeights, type TrainingState } from "./state.ts";
import { train, type TrainRequest } from "./index.ts";
import { rateAt, trainLoop, type Task } from "./train.ts";

let backend: Backend;
let folder: string;
beforeAll(async () => {
  backend = await nodeBackend();
  folder = await mkdtemp(join(tmpdir(), "driftfield-train-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const BATCH = 32;

/** Learns y = sin(3 x) from batches that follow from the step alone. */
function sineTask(badStep = -1): Task {
  return {
    name: "sine",
    batchSize: BATCH,
    batch: { x: { shape: [BATCH, 1], dtype: "float32" }, y: { shape: [BATCH, 1], dtype: "float32" } },
    loss: (scope, { x, y }) => {
      const hidden = gelu(denseLayer(scope.at("hidden"), x, 16));
      return { loss: meanSquaredError(denseLayer(scope.at("out"), hidden, 1), y) };
    },
    makeBatch: (step) => {
      const x = counterUniform({ seed: 5, sample: 0, draw: step }, new Float32Array(BATCH)).map(
        (value) => 2 * value - 1,
      );
      return { x, y: x.map((value) => (step === badStep ? Number.NaN : Math.sin(3 * value))) };
    },
  };
}

const options = (name: string, more: Partial<RunOptions> = {}): RunOptions => ({
  folder: join(folder, name),
  seed: 3,
  steps: 40,
  rate: 0.02,
  warmup: 5,
  backend,
  threads: 1,
  ...more,
});

async function all(task: Task, settings: RunOptions): Promise<{ records: RunRecord[]; state: TrainingState }> {
  const records: RunRecord[] = [];
  const loop = run(task, settings);
  for (;;) {
    const next = await loop.next();
    if (next.done) return { records, state: next.value };
    records.push(next.value);
  }
}

const copy = ({ step, arrays }: TrainingState) => ({
  step,
  arrays: Object.fromEntries([...arrays].map(([name, values]) => [name, [...values]])),
});

it("learns: the loss after 200 steps is under a twentieth of the first", async () => {
  const { records } = await all(sineTask(), options("learns", { steps: 200, stepsPerRun: 4 }));
  expect(records).toHaveLength(200);
  expect(records.at(-1)!.loss).toBeLessThan(records[0].loss / 20);
});

it("gives the same numbers whether steps run one at a time or several in one call", async () => {
  const one = await all(sineTask(), options("one"));
  const four = await all(sineTask(), options("four", { stepsPerRun: 4 }));
  one.records.forEach((record, i) => expect(four.records[i].loss).toBeCloseTo(record.loss, 5));
  for (const [name, values] of one.state.arrays) {
    if (name.startsWith("ema/")) continue; // the average moves once a call
    values.forEach((value, i) => expect(four.state.arrays.get(name)![i]).toBeCloseTo(value, 5));
  }
});

it("resumes bit for bit where it was stopped", async () => {
  const whole = copy((await all(sineTask(), options("whole"))).state);
  const controller = new AbortController();
  for await (const record of run(sineTask(), options("broken", { signal: controller.signal }))) {
    if (record.step === 17) controller.abort();
  }
  const { records, state } = await all(sineTask(), options("broken", { resume: true }));
  expect(records[0].step).toBe(18);
  expect(copy(state)).toEqual(whole);
});

it("stops at a loss that isn't finite, names step and batch, and is back at its last checkpoint", async () => {
  await all(sineTask(), options("bad", { steps: 10 }));
  const attempt = all(sineTask(14), options("bad", { steps: 40, resume: true }));
  await expect(attempt).rejects.toMatchObject({
    code: "not_finite",
    message: "sine: the loss of step 15 (batch 14) is NaN; the run is back at its last checkpoint, step 10",
    hint: "Go on from there with --resume and a lower rate, for example --rate 0.01.",
  });
  const going = (await all(sineTask(), options("bad", { steps: 11, resume: true }))).records;
  expect(going.map(({ step }) => step)).toEqual([11]);
  await expect(all(sineTask(0), options("bad at once"))).rejects.toMatchObject({
    message: "sine: the loss of step 1 (batch 0) is NaN; nothing was saved yet",
  });
});

it("saves, and frees the engine, when its caller leaves the loop", async () => {
  const freed: string[] = [];
  const watched: Backend = {
    ...backend,
    session: async (...given) => {
      const session = await backend.session(...given);
      return { ...session, run: session.run, dispose: () => (freed.push("session"), session.dispose()) };
    },
  };
  for await (const { step } of run(sineTask(), options("left", { backend: watched }))) if (step === 7) break;
  expect(freed).toEqual(["session"]);
  expect((await all(sineTask(), options("left", { steps: 8, resume: true }))).records[0].step).toBe(8);
});

it("ends at the step it was told, also where that isn't a whole number of calls", async () => {
  const { records, state } = await all(sineTask(), options("seven", { steps: 7, stepsPerRun: 4 }));
  expect([records.at(-1)?.step, state.step]).toEqual([7, 7]);
});

it("refuses an option of train that nobody knows", async () => {
  await expect(train({ preset: "vae", minuts: 1 } as TrainRequest).next()).rejects.toMatchObject({
    code: "unknown_option",
    hint: "Did you mean minutes?",
  });
});

it("goes on from exported weights alone, with fresh moments", async () => {
  const { state } = await all(sineTask(), options("source"));
  const registry = registryOf(sineTask().loss, sineTask().batch);
  const path = join(folder, "weights.safetensors");
  await exportWeights(path, state, registry, {});
  const start = await stateFromWeights(path, registry);
  expect(start.step).toBe(0);
  for (const [name] of registry) {
    const ema = state.arrays.get(`ema/${name}`)!;
    start.arrays
      .get(`parameter/${name}`)!
      .forEach((value, i) => expect(Math.abs(value - ema[i])).toBeLessThanOrEqual(Math.abs(ema[i]) / 1024 + 1e-7));
    expect(start.arrays.get(`moment1/${name}`)!.every((value) => value === 0)).toBe(true);
  }
});

it("refuses to start over in a folder that holds a run, and to resume where there is none", async () => {
  await all(sineTask(), options("taken", { steps: 2 }));
  await expect(all(sineTask(), options("taken"))).rejects.toMatchObject({
    code: "invalid_option",
    hint: expect.stringContaining("--resume"),
  });
  await expect(all(sineTask(), options("nothing", { resume: true }))).rejects.toMatchObject({ code: "not_found" });
});

it("refuses the checkpoint of another model, naming the tensor", async () => {
  await all(sineTask(), options("other", { steps: 2 }));
  const wider: Task = {
    ...sineTask(),
    loss: (scope, { x, y }) => ({ loss: meanSquaredError(denseLayer(scope.at("out"), mul(x, 2), 1), sub(y, 1)) }),
  };
  const slots = registryOf((scope, batch) => ({ loss: log(wider.loss(scope.at("deeper"), batch).loss) }), wider.batch);
  await expect(loadState(join(folder, "other", "checkpoint.safetensors"), slots)).rejects.toMatchObject({
    code: "shape_mismatch",
    path: "parameter/deeper.out.weight",
  });
});

it("warms the learning rate up and lets it fall to zero", () => {
  const settings = { rate: 1, warmup: 10, cooldown: 0.5 };
  expect(rateAt(0, 0, settings)).toBeCloseTo(0.1);
  expect(rateAt(9, 0.2, settings)).toBe(1);
  expect(rateAt(1000, 0.75, settings)).toBeCloseTo(0.5);
  expect(rateAt(1000, 1, settings)).toBe(0);
});

it("clips gradients to the global norm: a huge loss moves parameters no further than Adam's step", async () => {
  const task: Task = {
    ...sineTask(),
    loss: (scope, batch) => ({ loss: mul(sineTask().loss(scope, batch).loss, 1e6) }),
  };
  const start = initialState(registryOf(task.loss, task.batch), 1);
  const before = new Map([...start.arrays].map(([name, values]) => [name, values.slice()]));
  const loop = trainLoop(task, start, { steps: 1, rate: 0.01, warmup: 1, cooldown: 0, backend, threads: 1 });
  const { value } = await loop.next();
  const record = value as RunRecord;
  expect(record.gradientNorm).toBeGreaterThan(1000);
  for (const [name, values] of record.state.arrays) {
    if (!name.startsWith("parameter/")) continue;
    values.forEach((after, i) => expect(Math.abs(after - before.get(name)![i])).toBeLessThan(0.0102));
  }
  await loop.return({ step: 1, arrays: new Map() });
});
