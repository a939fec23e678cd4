// Distances of clouds and shapes of densities, against what can be worked out by hand.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { counterGenerator } from "../../random/index.ts";
import { shapeOf } from "./line-mixture.ts";
import { slicedWasserstein } from "./sliced-wasserstein.ts";

const cloud = (count: number, size: number, seed: number) => counterGenerator({ seed }).randn([count, size]);
const moved = <T extends { data: Float32Array }>(x: T, by: readonly number[]) => ({
  ...x,
  data: x.data.map((value, i) => value + by[i % by.length]),
});

describe("the sliced Wasserstein distance", () => {
  test("of a cloud and the same cloud moved by d in the plane is |d| 2 / pi", () => {
    const x = cloud(50, 2, 1);
    const by = fc.tuple(fc.double({ min: -3, max: 3, noNaN: true }), fc.double({ min: -3, max: 3, noNaN: true }));
    fc.assert(
      fc.property(by, (d) => {
        const wanted = (Math.hypot(...d) * 2) / Math.PI;
        expect(Math.abs(slicedWasserstein(x, moved(x, d), { directions: 64 }) - wanted)).toBeLessThan(2e-3);
      }),
    );
  });
  test("doesn't know the order of the points, is symmetric, and 0 for the same", () => {
    const [x, y] = [cloud(40, 3, 1), cloud(40, 3, 2)];
    const backward = (_: unknown, i: number) => x.data[117 - 3 * Math.floor(i / 3) + (i % 3)];
    const turned = { ...x, data: Float32Array.from({ length: 120 }, backward) };
    expect(slicedWasserstein(x, turned)).toBe(0);
    expect(slicedWasserstein(x, y)).toBe(slicedWasserstein(y, x));
    expect(slicedWasserstein(x, y)).toBeGreaterThan(0.05);
  });
  test("between two samples of one distribution falls with their number", () => {
    const distance = (count: number) => slicedWasserstein(cloud(count, 2, 3), cloud(count, 2, 4));
    expect(distance(10_000)).toBeLessThan(distance(100) / 3);
  });
  test("needs two sets of one shape", () => {
    const wanted = expect.objectContaining({ code: "shape_mismatch" });
    expect(() => slicedWasserstein(cloud(3, 2, 1), cloud(4, 2, 1))).toThrow(wanted);
  });
});

describe("a mixture on a line", () => {
  const pair = (gap: number) => ({ shares: [0.5, 0.5], centres: [-gap / 2, gap / 2], deviation: 1 });
  test("of one Gaussian has one mode and no negentropy", () => {
    expect(shapeOf(pair(0)).modes).toBe(1);
    expect(Math.abs(shapeOf(pair(0)).negentropy)).toBeLessThan(1e-6);
  });
  test("of two has two modes when they are more than two deviations apart", () => {
    expect([1.8, 2.2].map((gap) => shapeOf(pair(gap)).modes)).toEqual([1, 2]);
  });
  test("of two far ones has the negentropy of a coin beside a Gaussian: log(variance) / 2 - log 2", () => {
    expect(shapeOf(pair(40)).negentropy).toBeCloseTo(Math.log(401) / 2 - Math.log(2), 6);
  });
});
