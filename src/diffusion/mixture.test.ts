// The Gaussian mixture's closed forms against each other: score, density, denoiser, samples.
import fc from "fast-check";
import { expect, test } from "vitest";
import { seeded } from "../../test/helpers/noise.ts";
import { exactDenoiser, gaussianMixture } from "./index.ts";

const mixture = gaussianMixture([
  { weight: 1, mean: [-1, 0.5], deviation: 0.4 },
  { weight: 3, mean: [0.8, -0.3], deviation: [0.3, 0.6] },
]);
const at = (...values: number[]) => ({ data: Float64Array.from(values) as unknown as Float32Array, shape: [1, 2] });
const coordinate = fc.double({ min: -3, max: 3, noNaN: true });
const level = fc.record({
  alpha: fc.double({ min: 0, max: 1, noNaN: true }),
  sigma: fc.double({ min: 0.05, max: 5, noNaN: true }),
});

test("the score is the gradient of the log density", () => {
  fc.assert(
    fc.property(coordinate, coordinate, level, (x, y, level) => {
      const h = 1e-5;
      const log = (a: number, b: number) => mixture.logDensity(at(a, b), level)[0];
      const { data } = mixture.score(at(x, y), level);
      const scale = 1 + Math.hypot(data[0], data[1]);
      expect(((log(x + h, y) - log(x - h, y)) / (2 * h) - data[0]) / scale).toBeCloseTo(0, 4);
      expect(((log(x, y + h) - log(x, y - h)) / (2 * h) - data[1]) / scale).toBeCloseTo(0, 4);
    }),
  );
});

test("the denoiser and the score are one thing: alpha D = x + sigma^2 score (Tweedie)", () => {
  fc.assert(
    fc.property(coordinate, coordinate, level, (x, y, level) => {
      const [denoised, score] = [mixture.denoiser(at(x, y), level).data, mixture.score(at(x, y), level).data];
      [x, y].forEach((value, i) => {
        expect(level.alpha * denoised[i]).toBeCloseTo(value + level.sigma ** 2 * score[i], 8);
      });
    }),
  );
});

test("the density sums up to one", () => {
  const [level, step] = [{ alpha: 0.8, sigma: 0.3 }, 0.05];
  let total = 0;
  for (let x = -4; x < 4; x += step)
    for (let y = -4; y < 4; y += step) total += Math.exp(mixture.logDensity(at(x, y), level)[0]);
  expect(total * step * step).toBeCloseTo(1, 5);
});

test("samples have the mixture's mean and variance", () => {
  const count = 20_000;
  const { data, shape } = mixture.sample(count, seeded(2));
  expect(shape).toEqual([count, 2]);
  const moment = (axis: number, power: number, around = 0) =>
    data.filter((_, i) => i % 2 === axis).reduce((sum, value) => sum + (value - around) ** power, 0) / count;
  const wanted = [
    { mean: 0.35, variance: 0.25 * (0.16 + 1) + 0.75 * (0.09 + 0.64) - 0.35 ** 2 },
    { mean: -0.1, variance: 0.25 * (0.16 + 0.25) + 0.75 * (0.36 + 0.09) - 0.01 },
  ];
  wanted.forEach(({ mean, variance }, axis) => {
    expect(Math.abs(moment(axis, 1) - mean)).toBeLessThan(4 * Math.sqrt(variance / count));
    expect(Math.abs(moment(axis, 2, mean) / variance - 1)).toBeLessThan(0.05);
  });
});

test("points blurred by a Gaussian are a mixture of equal ones", () => {
  const points = { data: Float32Array.of(1, 0, -1, 0.5, 0, 2), shape: [3, 2] };
  const blurred = exactDenoiser(points, { deviation: 0.3 });
  const means = [0, 1, 2].map((k) => Array.from(points.data.subarray(2 * k, 2 * k + 2)));
  const equal = gaussianMixture(means.map((mean) => ({ mean, deviation: 0.3 })));
  fc.assert(
    fc.property(coordinate, coordinate, level, (x, y, level) => {
      const [found, wanted] = [blurred(at(x, y), level).data, equal.denoiser(at(x, y), level).data];
      found.forEach((value, i) => expect(value).toBeCloseTo(wanted[i], 9));
    }),
  );
});

test.each([
  ["components", () => gaussianMixture([])],
  ["components", () => gaussianMixture([{ mean: [0], deviation: 1 }, { mean: [0, 1], deviation: 1 }])],
  ["deviation", () => gaussianMixture([{ mean: [0], deviation: -1 }])],
  ["weight", () => gaussianMixture([{ mean: [0], deviation: 1, weight: NaN }])],
])("wrong %s are refused", (path, make) => {
  expect(make).toThrow(expect.objectContaining({ code: "invalid_option", path }));
});
