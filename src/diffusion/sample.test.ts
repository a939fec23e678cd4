// The loop: what it yields, when it stops, what it says when something is wrong.
import { describe, expect, test } from "vitest";
import { seeded } from "../../test/helpers/noise.ts";
import type { Tensor } from "../core/index.ts";
import {
  asModel,
  classifierFree,
  gaussianDenoiser,
  sample,
  schedulerFromConfig,
  type Model,
  type StepRecord,
} from "./index.ts";

const scheduler = schedulerFromConfig({ _class_name: "DDPMScheduler", clip_sample: false });
const plan = scheduler.plan(10);
const x = seeded(1).randn([2, 3]);
const model = asModel(gaussianDenoiser(), scheduler);
const counted = () => {
  const calls: { t: number; want: readonly string[] }[] = [];
  const counting: Model = (at, t, want) => {
    calls.push({ t, want });
    return model(at, t, want);
  };
  return { calls, counting };
};
const drain = async (run: AsyncGenerator<StepRecord, Tensor>) => {
  const records: StepRecord[] = [];
  for (let step = await run.next(); ; step = await run.next()) {
    if (step.done) return { records, result: step.value };
    records.push(step.value);
  }
};

test("one record for every timestep, each starting where the last ended, and the last x is returned", async () => {
  const { records, result } = await drain(sample({ scheduler, plan, x, model, generator: seeded(2) }));
  expect(records.map(({ t }) => t)).toEqual(plan.timesteps);
  expect(records.map(({ index, total }) => `${index}/${total}`)).toEqual(plan.timesteps.map((_, i) => `${i}/10`));
  records.forEach(({ sigma, alpha }, i) => expect({ alpha, sigma }).toEqual(plan.levels[i]));
  expect(records[0].x).toBe(x);
  for (let i = 1; i < 10; i++) expect(records[i].x).toBe(records[i - 1].next);
  expect(result).toBe(records[9].next);
});

test("a record's tensors fit: x = alpha denoised + sigma noise, next = mean + what was added", async () => {
  const run = { scheduler, plan, x, model };
  const { records } = await drain(sample({ ...run, generator: seeded(2) }));
  const { records: silent } = await drain(sample({ ...run, noiseScale: 0 }));
  const [first] = records;
  first.x.data.forEach((value, i) => {
    const implied = first.alpha * first.denoised.data[i] + first.sigma * first.prediction.guided.data[i];
    expect(implied).toBeCloseTo(value, 5);
    expect(first.next.data[i] - first.noise!.data[i]).toBeCloseTo(silent[0].next.data[i], 5);
  });
  expect(first.denoised).toBe(first.denoised);
  expect(silent[0].noise).toBeUndefined();
  expect(records[9].noise).toBeUndefined(); // t = 0
});

test("a stage's name is in every record", async () => {
  const { records } = await drain(sample({ scheduler, plan, x, model, generator: seeded(2), stage: "prior" }));
  expect(records.every(({ stage }) => stage === "prior")).toBe(true);
});

test("breaking out of the loop stops the run: the model isn't asked again", async () => {
  const { calls, counting } = counted();
  for await (const { index } of sample({ scheduler, plan, x, model: counting, generator: seeded(2) })) {
    if (index === 3) break;
  }
  expect(calls.length).toBe(4);
});

test("an aborted signal stops the run before the next evaluation, with code aborted", async () => {
  const { calls, counting } = counted();
  const control = new AbortController();
  const run = sample({ scheduler, plan, x, model: counting, generator: seeded(2), signal: control.signal });
  await run.next();
  control.abort();
  await expect(run.next()).rejects.toMatchObject({ code: "aborted" });
  expect(calls.length).toBe(1);
});

test.each([NaN, Infinity])("%f from the model is an error that names step and t", async (value) => {
  const broken: Model = (at, t) => ({
    data: at.data.map((v, i) => (t === 700 && i === 5 ? value : v)),
    shape: at.shape,
  });
  const run = drain(sample({ scheduler, plan, x, model: broken, generator: seeded(2) }));
  await expect(run).rejects.toMatchObject({
    code: "not_finite",
    message: expect.stringMatching(/step 3 of 10 \(t = 700\)/),
  });
});

test("NaN is found where the step doesn't use what the model said, too", async () => {
  const lcm = schedulerFromConfig({ _class_name: "LCMScheduler" });
  const broken: Model = (at, t) => ({ data: at.data.map((value) => (t === 0 ? NaN : value)), shape: at.shape });
  for (const rows of [2, 512]) {
    const run = { x: seeded(1).randn([rows, 4]), model: broken, generator: seeded(2) };
    const walk = sample({ scheduler: lcm, plan: lcm.plan(null, { timesteps: [519, 0] }), ...run });
    const said = { code: "not_finite", message: expect.stringMatching(/step 2 of 2/) };
    await expect(drain(walk)).rejects.toMatchObject(said);
  }
});

test("a signal reaches a long run of a model that never waits", async () => {
  const control = new AbortController();
  setTimeout(() => control.abort(), 5);
  const slow: Model = (at, t, want) => {
    for (const until = performance.now() + 5; performance.now() < until;);
    return model(at, t, want);
  };
  const long = { scheduler, plan: scheduler.plan(1000), x, model: slow, generator: seeded(2) };
  await expect(drain(sample({ ...long, signal: control.signal }))).rejects.toMatchObject({ code: "aborted" });
});

describe("runs large enough for the kernel", () => {
  const ddim = schedulerFromConfig({ _class_name: "DDIMScheduler", clip_sample: false });
  const wave: Model = (at, t) => ({ data: at.data.map((value) => Math.tanh(value + t / 500)), shape: at.shape });
  const walk = (seed: number) =>
    sample({ scheduler: ddim, plan: ddim.plan(6), x: seeded(seed).randn([1, 4, 16, 16]), model: wave });
  test("records that are kept stay as they were", async () => {
    const kept: { record: StepRecord; copy: number[][] }[] = [];
    for await (const record of walk(1)) {
      kept.push({ record, copy: [record.x, record.denoised, record.next].map(({ data }) => [...data]) });
    }
    for (const { record, copy } of kept) {
      expect([record.x, record.denoised, record.next].map(({ data }) => [...data])).toEqual(copy);
    }
  });
  test("two that take turns equal two alone, and the stepper's", async () => {
    const runs = [walk(1), walk(2)];
    const found: Float32Array[] = [];
    for (let i = 0; i < 6; i++) {
      for (const k of [0, 1]) found[k] = ((await runs[k].next()).value as StepRecord).next.data;
    }
    const stepper = ddim.stepper(ddim.plan(6));
    for (const k of [0, 1]) {
      expect(found[k]).toEqual((await drain(walk(k + 1))).result.data);
      let state = stepper.begin(seeded(k + 1).randn([1, 4, 16, 16]));
      for (const t of ddim.plan(6).timesteps) state = stepper.advance(state, wave(state.x, t, []) as Tensor);
      expect(found[k]).toEqual(state.x.data);
    }
  });
});

describe("guidance in the loop", () => {
  const both: Model = (at, t, want) => {
    const cond = model(at, t, want) as Tensor;
    const uncond = want.includes("uncond") ? { ...cond, data: cond.data.map((v) => v + 0.1) } : undefined;
    return { cond, uncond };
  };
  test("1 is the identity and wants the conditioned prediction alone", async () => {
    const { calls, counting } = counted();
    const plain = await drain(sample({ scheduler, plan, x, model, generator: seeded(2) }));
    const guidance = classifierFree({ scale: 1 });
    const off = await drain(sample({ scheduler, plan, x, model: counting, generator: seeded(2), guidance }));
    expect(off.result).toEqual(plain.result);
    expect(calls.every(({ want }) => want.join() === "cond")).toBe(true);
  });
  test("records hold every prediction and the guided one", async () => {
    const guidance = classifierFree({ scale: 3 });
    const { records } = await drain(sample({ scheduler, plan, x, model: both, generator: seeded(2), guidance }));
    const { cond, uncond, guided } = records[4].prediction;
    guided.data.forEach((v, i) => expect(v).toBeCloseTo(uncond!.data[i] + 3 * (cond!.data[i] - uncond!.data[i]), 5));
  });
});

describe("what is missing or misfits is named", () => {
  test("a stochastic sampler without a generator", async () => {
    await expect(drain(sample({ scheduler, plan, x, model }))).rejects.toMatchObject({ path: "generator" });
  });
  test("neither x nor state", async () => {
    await expect(drain(sample({ scheduler, plan, model }))).rejects.toMatchObject({ path: "x" });
  });
  test("a prediction of another shape", async () => {
    const short: Model = () => ({ data: new Float32Array(2), shape: [2] });
    const run = drain(sample({ scheduler, plan, x, model: short, generator: seeded(2) }));
    await expect(run).rejects.toMatchObject({ code: "shape_mismatch", received: "[2]", expected: "[2,3]" });
  });
  test("a step past the end of the plan", () => {
    const stepper = scheduler.stepper(plan);
    const state = { ...stepper.begin(x), index: 10 };
    expect(() => stepper.advance(state, x, seeded(1))).toThrow(/past the end of a plan of 10/);
  });
});
