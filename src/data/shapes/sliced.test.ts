// The sliced distance is the reference's formula, for clouds of equal sizes and of others.
import fc from "fast-check";
import { expect, it } from "vitest";
import { counterNormal } from "../../random/index.ts";
import { slicedWasserstein, spiral } from "./index.ts";

/** The formula of the field lab's goals: sorted projections, the smaller cloud repeated. */
function byRepeating(x: Float32Array, y: Float32Array, times: number): { w1: number; w2: number } {
  let [sum, squares, terms] = [0, 0, 0];
  for (let k = 0; k < 256; k++) {
    const [c, s] = [Math.cos((Math.PI * k) / 256), Math.sin((Math.PI * k) / 256)];
    const project = (from: Float32Array, repeats: number): number[] =>
      [...Array(from.length / 2).keys()]
        .flatMap((i) => Array<number>(repeats).fill(c * from[2 * i] + s * from[2 * i + 1]))
        .sort((a, b) => a - b);
    const other = project(y, times);
    project(x, 1).forEach((value, i) => {
      const apart = Math.abs(value - other[i]);
      sum += apart;
      squares += apart ** 2;
      terms++;
    });
  }
  return { w1: sum / terms, w2: Math.sqrt(squares / terms) };
}

it("equals the mean over directions of the sorted projections' distances", () => {
  const data = spiral({ count: 20 }).points.data;
  const cloud = counterNormal({ seed: 3, sample: 0, draw: 0 }, new Float32Array(2 * 100));
  const [found, wanted] = [slicedWasserstein(cloud, data), byRepeating(cloud, data, 5)];
  expect(found.w1).toBeCloseTo(wanted.w1, 10);
  expect(found.w2).toBeCloseTo(wanted.w2, 10);
});

it("is 0 between a cloud and itself repeated, symmetric, and grows by a shift as its mean shadow", () => {
  const clouds = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 2, maxLength: 24 });
  fc.assert(
    fc.property(clouds, clouds, (first, second) => {
      const a = Float32Array.from(first.slice(0, 2 * Math.floor(first.length / 2)));
      const b = Float32Array.from(second.slice(0, 2 * Math.floor(second.length / 2)));
      expect(slicedWasserstein(a, Float32Array.of(...a, ...a, ...a), 16).w1).toBeCloseTo(0, 6);
      expect(slicedWasserstein(a, b, 16).w1).toBeCloseTo(slicedWasserstein(b, a, 16).w1, 8);
    }),
  );
  const data = spiral({ count: 50 }).points.data;
  const moved = data.map((value, i) => value + (i % 2 === 0 ? 0.5 : 0));
  expect(slicedWasserstein(data, moved).w1).toBeCloseTo((0.5 * 2) / Math.PI, 3);
  expect(slicedWasserstein(new Float32Array(0), data).w1).toBe(Infinity);
});
