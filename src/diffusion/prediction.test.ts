// Every prediction type is a change of variables of (clean sample, noise), at every level and both ends.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keepInRange } from "./denoised-range.ts";
import { predictionTypes, toDenoised, toNoise, toPrediction } from "./prediction.ts";
import { flowLevel, preservingLevel, type Level } from "./schedule/level.ts";
import { evaluate, sum } from "./sum.ts";

const doubles = (...values: number[]) => Float64Array.from(values) as unknown as Float32Array;
const real = fc.double({ min: -3, max: 3, noNaN: true });
const levels = fc.double({ min: -4, max: 4, noNaN: true }).map((power) => 10 ** power);
const someLevel = fc.oneof(
  levels.map(preservingLevel),
  levels.map((sigma) => ({ alpha: 1, sigma })),
  fc.double({ min: 0.001, max: 0.999, noNaN: true }).map(flowLevel),
);

describe.each(predictionTypes)("%s", (type) => {
  test("gives back the clean sample and the noise that it was made of", () => {
    fc.assert(
      fc.property(real, real, someLevel, levels, (clean, dirt, level, scale) => {
        const [denoised, noise] = [doubles(clean), doubles(dirt)];
        const x = evaluate(sum([level.alpha, denoised], [level.sigma, noise]), denoised);
        const seen: Level = { alpha: level.alpha * scale, sigma: level.sigma * scale };
        const prediction = evaluate(toPrediction(type, denoised, noise, seen), x);
        const output = { type, x, prediction, level, inputScale: scale };
        const tolerance = 1e-9 * (1 + Math.max(level.sigma / level.alpha, level.alpha / level.sigma));
        expect(Math.abs(evaluate(toDenoised(output), x)[0] - clean)).toBeLessThan(tolerance);
        expect(Math.abs(evaluate(toNoise(output), x)[0] - dirt)).toBeLessThan(tolerance);
      }),
    );
  });

  test("is finite for clean data, where it returns x", () => {
    const [x, prediction] = [doubles(0.7), doubles(type === "sample" ? 0.7 : 2)];
    const output = { type, x, prediction, level: { alpha: 1, sigma: 0 }, inputScale: 1 };
    expect(evaluate(toDenoised(output), x)[0]).toBe(0.7);
    expect(Number.isFinite(evaluate(toNoise(output), x)[0])).toBe(true);
  });

  test.runIf(type !== "epsilon" && type !== "score")("is finite for pure noise", () => {
    const output = { type, x: doubles(0.7), prediction: doubles(2), level: flowLevel(1), inputScale: 1 };
    expect(Number.isFinite(evaluate(toDenoised(output), output.x)[0])).toBe(true);
    expect(evaluate(toNoise(output), output.x)[0]).toBe(0.7);
  });
});

test("a noise prediction at pure noise is an error that names the prediction type", () => {
  const output = {
    type: "epsilon" as const,
    x: doubles(1),
    prediction: doubles(1),
    level: flowLevel(1),
    inputScale: 1,
  };
  expect(() => toDenoised(output)).toThrow(
    expect.objectContaining({ code: "invalid_option", path: "prediction_type" }),
  );
});

test("dynamic thresholding divides each sample by its own quantile, at least 1 and at most the limit", () => {
  const quiet = [0.1, -0.2, 0.3, -0.4];
  const loud = [1, -2, 3, -4];
  const kept = keepInRange(Float32Array.from([...quiet, ...loud]), { quantile: 0.5, most: 10 }, 2);
  expect([...kept].map((value) => Math.round(value * 100) / 100)).toEqual([0.1, -0.2, 0.3, -0.4, 0.4, -0.8, 1, -1]);
  const limited = keepInRange(Float32Array.from(loud), { quantile: 0.5, most: 2 }, 1);
  expect([...limited]).toEqual([0.5, -1, 1, -1]);
});
