// Shapes of densities against what can be worked out by hand.
import { describe, expect, test } from "vitest";
import { shapeOf } from "./line-mixture.ts";

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
