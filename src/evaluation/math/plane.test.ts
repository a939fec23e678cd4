// Measures of clouds in the plane, against cases that can be worked out by hand.
import { expect, it } from "vitest";
import { energyDistance } from "./energy.ts";
import { purity, shareNear } from "./on-curves.ts";

it("finds no energy between equal clouds, and twice the distance between two points", () => {
  const cloud = Float32Array.of(0, 0, 1, 2, -3, 0.5);
  expect(energyDistance(cloud, cloud)).toBe(0);
  expect(energyDistance(Float32Array.of(0, 0), Float32Array.of(3, 4))).toBe(10);
  // E|x - y| = 1, E|x - x'| = 1 (half of the pairs are a point with itself)
  expect(energyDistance(Float32Array.of(-1, 0, 1, 0), Float32Array.of(0, 0))).toBe(1);
});

const lines = [Float32Array.of(0, 0, 1, 0), Float32Array.of(0, 1, 1, 1)];

it("counts the points near a curve, and those nearest to their own class's", () => {
  const points = Float32Array.of(0.5, 0.05, 0.5, 0.3, 1.05, 1, 2, 2);
  expect(shareNear(points, lines, 0.1)).toBe(0.5);
  expect(shareNear(points, lines, 0.3001)).toBe(0.75);
  expect(purity(points, [0, 1, 1, 1], lines)).toBe(0.75);
  expect(purity(points, [1, 1, 0, 0], lines)).toBe(0);
});
