// The 2-D data sets: smalldiffusion's own to the last digits that float32 has, and sensible shapes whatever is asked.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distanceTo, letters, ownPoints, ownStrokes, shapeNamed, shapeNames, spiral, spiralClasses, tree } from "./index.ts";

const golden = JSON.parse(readFileSync(new URL("../../../test/golden/points.json", import.meta.url), "utf8"));

function largestDifference(a: ArrayLike<number>, b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  return b.reduce((most, value, i) => Math.max(most, Math.abs(a[i] - value)), 0);
}

describe("the spiral", () => {
  it("is smalldiffusion's Swissroll", () => {
    expect(largestDifference(spiral().points.data, golden.swissroll)).toBeLessThan(1.3e-7);
  });

  it("has three classes of 30, 30 and 40 points from the middle outward", () => {
    const { classes, classNames, points, curves } = spiralClasses();
    expect([0, 1, 2].map((k) => classes!.filter((label) => label === k).length)).toEqual([30, 30, 40]);
    expect(classNames).toEqual(["person", "dog", "cat"]);
    classes!.forEach((label, i) => {
      const [x, y] = points.data.subarray(2 * i, 2 * i + 2);
      expect(distanceTo([curves[label]], x, y)).toBeLessThan(1e-3);
    });
  });
});

it("draws a tree whose points lie on smalldiffusion's branches", () => {
  const { curves } = tree();
  for (const [x, y] of golden.tree) expect(distanceTo(curves, x, y)).toBeLessThan(1e-6);
});

describe("every shape", () => {
  it.each(shapeNames)("%s lies on its curve, within the view, at any count", (name) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.nat(), (count, seed) => {
        const { points, curves } = shapeNamed(name, { count, seed, noise: 0 });
        expect(points.shape).toEqual([count, 2]);
        for (let i = 0; i < count; i++) {
          const [x, y] = points.data.subarray(2 * i, 2 * i + 2);
          expect(Math.max(Math.abs(x), Math.abs(y))).toBeLessThanOrEqual(1.2);
          expect(distanceTo(curves, x, y)).toBeLessThan(2e-3);
        }
      }),
      { numRuns: 20 },
    );
  });

  it.each(shapeNames)("%s has the noise of its seed, point by point", (name) => {
    const clean = shapeNamed(name, { count: 300, noise: 0 }).points.data;
    const noisy = shapeNamed(name, { count: 300, noise: 0.1, seed: 4 }).points.data;
    const deviation = Math.sqrt(noisy.reduce((total, value, i) => total + (value - clean[i]) ** 2, 0) / noisy.length);
    expect(deviation).toBeGreaterThan(0.085);
    expect(deviation).toBeLessThan(0.115);
    expect(shapeNamed(name, { count: 300, noise: 0.1, seed: 4 }).points.data).toEqual(noisy);
    expect(shapeNamed(name, { count: 300, noise: 0.1, seed: 5 }).points.data).not.toEqual(noisy);
  });
});

it("refuses options out of range and unknown names, with the remedy", () => {
  expect(() => spiral({ count: 0 })).toThrow("count must be a whole number from 1 to 100000, got 0");
  expect(() => spiral({ noise: -1 })).toThrow("noise must be a number of 0 or more");
  expect(() => shapeNamed("spirall")).toThrow(expect.objectContaining({ hint: "did you mean spiral?" }));
  expect(() => letters({ text: "A1" })).toThrow("letters can't draw");
});

describe("data of one's own", () => {
  it("takes points as they are, equal ones too, and says what is wrong with others", () => {
    expect([...ownPoints([[0.5, -0.25], [0.5, -0.25]]).points.data]).toEqual([0.5, -0.25, 0.5, -0.25]);
    expect(() => ownPoints([])).toThrow("a data set needs 1 to 100000 points, got 0 points");
    expect(() => ownPoints([[0, 0], [NaN, 1]])).toThrow("point 1: [NaN,1]");
  });

  it("spreads points evenly along strokes, and takes a dot for a stroke", () => {
    const { points } = ownStrokes([[[0, 0], [1, 0]], [[0, 1], [0, 2]]], { count: 40, noise: 0 });
    expect(points.data.filter((_, i) => i % 2 === 0 && points.data[i + 1] === 0).length).toBe(20);
    expect([...ownStrokes([[[0.5, 0.5]]], { count: 2, noise: 0 }).points.data]).toEqual([0.5, 0.5, 0.5, 0.5]);
    expect(() => ownStrokes([[]])).toThrow("a data set needs");
  });
});
