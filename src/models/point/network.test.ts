// The SIMD kernel against plain JavaScript and against Math in double precision, for every awkward size.
import fc from "fast-check";
import { expect, it } from "vitest";
import { counterNormal } from "../../random/index.ts";
import { pointConfig, pointWeightShapes, type PointConfig } from "./config.ts";
import { gelu } from "./gelu.ts";
import { layerKernel } from "./layer-kernel.ts";
import { pointNetwork } from "./network.ts";

function randomWeights(config: PointConfig, seed: number): Map<string, Float32Array> {
  return new Map(
    [...pointWeightShapes(config)].map(([name, shape], sample) => {
      const values = counterNormal({ seed, sample, draw: 0 }, new Float32Array(shape.reduce((a, b) => a * b, 1)));
      return [name, values.map((value) => value / Math.sqrt(shape[shape.length - 1]))];
    }),
  );
}

it("knows the exact GELU to a millionth", () => {
  // erf by its series, in double precision
  const erf = (u: number): number => {
    let [term, total] = [u, u];
    for (let n = 1; n < 200; n++) total += (term *= (-u * u) / n) / (2 * n + 1);
    return (2 / Math.sqrt(Math.PI)) * total;
  };
  for (let x = -5; x <= 5; x += 0.01) {
    expect(Math.abs(gelu(x) - 0.5 * x * (1 + erf(x / Math.SQRT2)))).toBeLessThan(1e-6);
  }
  for (const x of [6, 40, 1e30]) {
    expect(gelu(x) / x).toBeCloseTo(1, 6);
    expect(gelu(-x) / x).toBeCloseTo(0, 6);
  }
});

it("has the kernel here", () => {
  expect(layerKernel(new WebAssembly.Memory({ initial: 1 }))).not.toBe(null);
});

it("says with SIMD what it says without, for any layers and any number of points", () => {
  const schedule = { _class_name: "ScheduleLogLinear", N: 100, sigma_min: 0.01, sigma_max: 5 };
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 21 }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 19 }),
      fc.integer({ min: 0, max: 5 }),
      fc.boolean(),
      fc.nat(1000),
      (hidden_dims, count, num_classes, time_input, seed) => {
        const conditional = { _class_name: "ConditionalMLP", num_classes, cond_dim: 3 };
        const kind = num_classes > 0 ? conditional : { _class_name: "TimeInputMLP" };
        const config = pointConfig({ ...kind, hidden_dims, schedule, time_input });
        const weights = randomWeights(config, seed);
        const x = counterNormal({ seed, sample: 0, draw: 1 }, new Float32Array(2 * count)).map((value) => 4 * value);
        const dealt = Int32Array.from({ length: count }, (_, i) => i % (num_classes + 1));
        const classes = num_classes > 0 ? dealt : undefined;
        const fast = pointNetwork(config, weights)(x, 0.3, classes);
        const plain = pointNetwork(config, weights, { plain: true })(x, 0.3, classes);
        expect(fast.length).toBe(2 * count);
        fast.forEach((value, i) => expect(Math.abs(value - plain[i])).toBeLessThan(1e-5 * (1 + Math.abs(plain[i]))));
      },
    ),
    { numRuns: 100 },
  );
});

it("says of a point alone what it says of it among others, bit for bit", () => {
  const config = pointConfig({ _class_name: "TimeInputMLP", schedule: { _class_name: "ScheduleLogLinear" } });
  const network = pointNetwork(config, randomWeights(config, 3));
  const x = counterNormal({ seed: 1, sample: 0, draw: 0 }, new Float32Array(26));
  const all = network(x, 1.5);
  for (let i = 0; i < 13; i++) expect(network(x.slice(2 * i, 2 * i + 2), 1.5)).toEqual(all.slice(2 * i, 2 * i + 2));
});
