// Guidance: what it asks for, and what it makes of the answers.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seeded } from "../../test/helpers/noise.ts";
import { classifierFree, type Moment } from "./guidance.ts";

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
