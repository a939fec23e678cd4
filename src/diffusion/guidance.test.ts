// Guidance: what it asks for, and what it makes of the answers.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seeded } from "../../test/helpers/noise.ts";
import type { Tensor } from "../core/index.ts";
import { composed } from "./guidance-composed.ts";
import { adaptiveProjected } from "./guidance-projected.ts";
import { classifierFree, type Moment } from "./guidance.ts";
import type { StepRecord } from "./record.ts";
import { sample } from "./sample.ts";
import { schedulerFromConfig } from "./scheduler.ts";
import type { SamplerState } from "./stepper.ts";

const moment = (ratio = 1): Moment => ({ level: { alpha: 1, sigma: ratio }, t: 500, index: 3, total: 10 });
const vector = (...values: number[]) => ({ data: Float32Array.from(values), shape: [1, values.length] });
const spread = (data: Float32Array) => {
  const mean = data.reduce((a, b) => a + b, 0) / data.length;
  return Math.sqrt(data.reduce((a, b) => a + (b - mean) ** 2, 0) / data.length);
};

describe("classifier-free guidance", () => {
  test("at scale 1 asks for the conditioned prediction alone and returns it as it is", () => {
    const off = classifierFree({ scale: 1, rescale: 0.7 });
    const cond = vector(1, 2, 3);
    expect(off.wants(moment())).toEqual(["cond"]);
    expect(off.combine({ cond }, moment())).toBe(cond);
  });

  test("is uncond + scale (cond - uncond) for every scale, and writes to neither", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -3, max: 12, noNaN: true }).filter((g) => g !== 1),
        (scale) => {
          const guidance = classifierFree({ scale });
          const [cond, uncond] = [vector(1, -2, 0.5), vector(0.25, 1, -1)];
          const guided = guidance.combine({ cond, uncond }, moment());
          expect(guidance.wants(moment())).toEqual(["uncond", "cond"]);
          guided.data.forEach((value, i) =>
            expect(value).toBeCloseTo(uncond.data[i] + scale * (cond.data[i] - uncond.data[i]), 4),
          );
          expect([cond, uncond]).toEqual([vector(1, -2, 0.5), vector(0.25, 1, -1)]);
        },
      ),
    );
  });

  test("rescale 1 gives each sample the spread of its conditioned prediction, and half of it half the way", () => {
    const generator = seeded(1);
    const [cond, uncond] = [generator.randn([2, 30]), generator.randn([2, 30])];
    const at = (rescale: number) => classifierFree({ scale: 6, rescale }).combine({ cond, uncond }, moment());
    const spreads = [0, 0.5, 1].map((rescale) =>
      [0, 1].map((b) => spread(at(rescale).data.slice(30 * b, 30 * b + 30))),
    );
    const wanted = [0, 1].map((b) => spread(cond.data.slice(30 * b, 30 * b + 30)));
    wanted.forEach((value, b) => {
      expect(spreads[2][b]).toBeCloseTo(value, 4);
      expect(spreads[1][b]).toBeCloseTo((spreads[0][b] + value) / 2, 4);
    });
  });

  test("outside of its interval of noise levels it is off", () => {
    const guidance = classifierFree({ scale: 4, interval: [0.3, 2] });
    expect([0.3, 0.31, 2, 2.1].map((ratio) => guidance.wants(moment(ratio)).length)).toEqual([1, 2, 2, 1]);
  });

  test.each([
    ["guidanceScale", { scale: NaN }],
    ["guidanceScale", { scale: Infinity }],
    ["guidanceRescale", { scale: 2, rescale: 1.5 }],
    ["interval", { scale: 2, interval: [3, 1] as const }],
  ])("%s out of range is an error that names it: %j", (path, options) => {
    expect(() => classifierFree(options)).toThrow(expect.objectContaining({ code: "invalid_option", path }));
  });

  test("a model that leaves a wanted prediction out is an error that names it", () => {
    expect(() => classifierFree({ scale: 2 }).combine({ cond: vector(1) }, moment())).toThrow(/no "uncond" prediction/);
  });
});

describe("composition of weighted conditions", () => {
  test("is the noise of the product of the densities: of Gaussians, in closed form", () => {
    // p_i = N(m_i, 1), uncond N(0, 1): prod (p_i / p)^w_i p has mean sum w_i m_i, and noise x - that mean (sigma 0+1).
    const weights = { a: 1.5, b: -0.7, c: 0.25 };
    const means = { a: [1, 2], b: [0.5, -1], c: [-3, 4] };
    const x = [0.3, -0.8];
    const noise = (mean: number[]) => vector(...x.map((value, i) => value - mean[i]));
    const guidance = composed(
      Object.entries(weights)
        .map(([name, weight]) => ({ name, weight }))
        .concat({ name: "unused", weight: 0 }),
    );
    expect(guidance.wants(moment())).toEqual(["uncond", "a", "b", "c"]);
    const { a, b, c } = means;
    const guided = guidance.combine({ uncond: noise([0, 0]), a: noise(a), b: noise(b), c: noise(c) }, moment());
    const product = [0, 1].map((i) => weights.a * a[i] + weights.b * b[i] + weights.c * c[i]);
    guided.data.forEach((value, i) => expect(value).toBeCloseTo(x[i] - product[i], 5));
  });

  test("of one condition is classifier-free guidance with that scale, and at weight 1 the condition itself", () => {
    const [cond, uncond] = [vector(1, -2, 0.5), vector(0.25, 1, -1)];
    const alone = composed([{ name: "cond", weight: 3 }]).combine({ cond, uncond }, moment());
    const free = classifierFree({ scale: 3 }).combine({ cond, uncond }, moment());
    alone.data.forEach((value, i) => expect(value).toBeCloseTo(free.data[i], 5));
    const off = composed([{ name: "cond", weight: 1 }]);
    expect(off.wants(moment())).toEqual(["cond"]);
    expect(off.combine({ cond }, moment())).toBe(cond);
  });

  test.each([
    ["conditions", []],
    ["conditions", ["a", "a"]],
    ["conditions", ["uncond"]],
  ])("%s can't be %j", (path, names) => {
    const conditions = names.map((name) => ({ name, weight: 1 }));
    expect(() => composed(conditions)).toThrow(expect.objectContaining({ code: "invalid_option", path }));
  });

  test("a weight that isn't finite is an error that names it", () => {
    const broken = [
      { name: "a", weight: 1 },
      { name: "b", weight: NaN },
    ];
    expect(() => composed(broken)).toThrow(expect.objectContaining({ path: "conditions[1].weight" }));
  });
});

describe("adaptive projected guidance", () => {
  test("moves across the conditioned prediction and not along it, sample by sample", () => {
    const cond = { data: Float32Array.of(2, 0, 0, 3), shape: [2, 2] };
    const uncond = { data: Float32Array.of(1, 1, 1, 1), shape: [2, 2] };
    const guided = adaptiveProjected({ scale: 5 }).combine({ cond, uncond }, moment());
    expect([...guided.data]).toEqual([2, -4, -4, 3]);
    const half = adaptiveProjected({ scale: 5, parallel: 0.5 }).combine({ cond, uncond }, moment());
    expect([...half.data]).toEqual([4, -4, -4, 7]);
  });

  test("keeping the parallel part, without a radius, it is classifier-free guidance", () => {
    const generator = seeded(2);
    const [cond, uncond] = [generator.randn([3, 8]), generator.randn([3, 8])];
    const found = adaptiveProjected({ scale: 7, parallel: 1 }).combine({ cond, uncond }, moment());
    const wanted = classifierFree({ scale: 7 }).combine({ cond, uncond }, moment());
    found.data.forEach((value, i) => expect(value).toBeCloseTo(wanted.data[i], 4));
  });

  test("the guidance is never longer than its radius, and shorter ones stay", () => {
    const [cond, uncond] = [vector(3, 4, 0), vector(0, 0, 0)];
    const at = (radius: number) => [
      ...adaptiveProjected({ scale: 2, parallel: 1, radius }).combine({ cond, uncond }, moment()).data,
    ];
    expect(at(6)).toEqual([6, 8, 0]);
    [4.2, 5.6, 0].forEach((value, i) => expect(at(2)[i]).toBeCloseTo(value, 5));
  });

  test("at scale 1 it asks for the conditioned prediction alone and returns it as it is", () => {
    const off = adaptiveProjected({ scale: 1 });
    const cond = vector(1, 2);
    expect(off.wants(moment())).toEqual(["cond"]);
    expect(off.combine({ cond }, moment())).toBe(cond);
  });

  test("what momentum remembers travels in the state: going on from one equals the unbroken run", async () => {
    const scheduler = schedulerFromConfig({ _class_name: "DDIMScheduler", clip_sample: false });
    const plan = scheduler.plan(6);
    const model = (x: Tensor, t: number) => ({
      cond: { ...x, data: x.data.map((value) => Math.sin(value + t)) },
      uncond: { ...x, data: x.data.map((value) => Math.cos(2 * value)) },
    });
    const run = async (momentum: number, from: { x: Tensor } | { state: SamplerState }) => {
      const guidance = adaptiveProjected({ scale: 3, parallel: 0.2, momentum });
      const records: StepRecord[] = [];
      for await (const record of sample({ scheduler, plan, model, guidance, ...from })) records.push(record);
      return records;
    };
    const start = { x: seeded(3).randn([2, 5]) };
    const whole = await run(-0.5, start);
    const state = JSON.parse(JSON.stringify(whole[2].state, floats), typed) as SamplerState;
    const rest = await run(-0.5, { state });
    expect(rest.map(({ next }) => [...next.data])).toEqual(whole.slice(3).map(({ next }) => [...next.data]));
    expect([...(await run(0, start))[5].next.data]).not.toEqual([...whole[5].next.data]);
    expect((await run(0, start))[5].state.guidance).toBeUndefined();
  });

  test("axes that a prediction hasn't got are an error that names them", () => {
    const guidance = adaptiveProjected({ scale: 2, axes: [-1, 4] });
    const said = { cond: vector(1, 2), uncond: vector(2, 1) };
    expect(() => guidance.combine(said, moment())).toThrow(
      expect.objectContaining({ code: "invalid_option", path: "axes" }),
    );
  });

  test.each([
    ["guidanceScale", { scale: NaN }],
    ["momentum", { scale: 2, momentum: 1 }],
    ["axes", { scale: 2, axes: [] }],
    ["radius", { scale: 2, radius: -1 }],
    ["parallel", { scale: 2, parallel: Infinity }],
  ])("%s out of range is an error that names it", (path, options) => {
    expect(() => adaptiveProjected(options)).toThrow(expect.objectContaining({ code: "invalid_option", path }));
  });
});

const floats = (_: string, value: unknown) => (value instanceof Float32Array ? { floats: [...value] } : value);
const typed = (_: string, value: { floats?: number[] } | null) =>
  value?.floats ? Float32Array.from(value.floats) : value;
