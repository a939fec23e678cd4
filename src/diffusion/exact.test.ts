// The denoisers that are known exactly.
import fc from "fast-check";
import { expect, test } from "vitest";
import { asModel, exactDenoiser, gaussianDenoiser, predictionTypes, schedulerFromConfig } from "./index.ts";
import { estimate } from "./estimate.ts";
import { evaluate } from "./sum.ts";

const points = { data: Float32Array.of(1, 0, -1, 0.5, 0, 2), shape: [3, 2] };
const denoise = exactDenoiser(points);
const at = (a: number, b: number) => ({ data: Float32Array.of(a, b), shape: [1, 2] });

test("it is the mean of the points, weighted by the likelihood of x", () => {
  const [alpha, sigma] = [0.8, 0.6];
  const x = at(0.3, 0.4);
  const weights = [0, 1, 2].map((p) => {
    const squares = (0.3 - alpha * points.data[2 * p]) ** 2 + (0.4 - alpha * points.data[2 * p + 1]) ** 2;
    return Math.exp(-squares / (2 * sigma ** 2));
  });
  const total = weights[0] + weights[1] + weights[2];
  const wanted = [0, 1].map((i) => weights.reduce((sum, w, p) => sum + (w / total) * points.data[2 * p + i], 0));
  [...denoise(x, { alpha, sigma }).data].forEach((value, i) => expect(value).toBeCloseTo(wanted[i], 6));
});

test("at pure noise it is the mean of the data, at no noise the nearest point, and never NaN in between", () => {
  expect([...denoise(at(5, -3), { alpha: 0, sigma: 1 }).data].map((v) => v.toFixed(5))).toEqual(["0.00000", "0.83333"]);
  expect([...denoise(at(0.1, 1.4), { alpha: 1, sigma: 0 }).data]).toEqual([0, 2]);
  const powers = fc.integer({ min: -40, max: 12 });
  fc.assert(
    fc.property(powers, fc.double({ min: -1e9, max: 1e9, noNaN: true }), (power, far) => {
      const { data } = denoise(at(far, -far), { alpha: 1, sigma: 10 ** power });
      expect(data.every((value) => value >= -1 && value <= 2)).toBe(true);
    }),
  );
});

test("a finite set drawn from a Gaussian comes near to the Gaussian's own denoiser", () => {
  const quantiles = Array.from({ length: 4001 }, (_, i) => (i - 2000) / 400); // +-5 deviations on a grid
  const density = quantiles.map((z) => Math.round(200 * Math.exp((-z * z) / 2)));
  const data = Float32Array.from(quantiles.flatMap((z, i) => Array<number>(density[i]).fill(0.3 + 0.7 * z)));
  const finite = exactDenoiser({ data, shape: [data.length, 1] });
  const closed = gaussianDenoiser({ mean: 0.3, deviation: 0.7 });
  const x = { data: Float32Array.of(-1, 0.2, 1.4), shape: [3, 1] };
  const [found, wanted] = [finite, closed].map((denoiser) => denoiser(x, { alpha: 0.6, sigma: 0.8 }).data);
  found.forEach((value, i) => expect(Math.abs(value - wanted[i])).toBeLessThan(0.01));
});

test("as a model it speaks every prediction type of every schedule", () => {
  const closed = gaussianDenoiser({ mean: 0.3, deviation: 0.7 });
  const x = { data: Float32Array.of(-1, 0.2, 1.4), shape: [3, 1] };
  for (const _class_name of ["DDPMScheduler", "FlowMatchEulerDiscreteScheduler"]) {
    for (const type of predictionTypes) {
      const scheduler = schedulerFromConfig({ _class_name, prediction_type: type });
      const level = scheduler.schedule.at(600);
      const prediction = (asModel(closed, scheduler)(x, 600, ["cond"]) as typeof x).data;
      const read = estimate({ type, x: x.data, prediction, level, inputScale: 1 }, undefined, 3);
      const wanted = closed(x, level).data;
      evaluate(read.denoised, x.data).forEach((value, i) => expect(value).toBeCloseTo(wanted[i], 5));
    }
  }
});

test("x that doesn't hold points of the set's size is an error with both shapes", () => {
  expect(() => denoise({ data: new Float32Array(3), shape: [1, 3] }, { alpha: 1, sigma: 1 })).toThrow(
    expect.objectContaining({ code: "shape_mismatch", received: "[1,3]", expected: "[B, 2]" }),
  );
});
