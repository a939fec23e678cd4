// Brownian paths equal torchsde's, and are paths: parts add up, in any order of asking (oracle/brownian.py).
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { brownianIncrement } from "./brownian.ts";
import { seedSequence } from "./seed-sequence.ts";

type Seeds = { entropy: number[]; key: number[]; count: number; poolSize: number; seeds: number[] };
type Increment = {
  entropy: number[];
  shape: number[];
  start: number;
  end: number;
  from: number;
  to: number;
  increment: number[];
};
const file = new URL("../../test/golden/brownian.json", import.meta.url);
const golden = JSON.parse(readFileSync(file, "utf8")) as { seeds: Seeds[]; increments: Increment[] };

test.each(golden.seeds)("seeds of $entropy, $key are numpy's", ({ entropy, key, count, poolSize, seeds }) => {
  expect(seedSequence(entropy, key, count, poolSize)).toEqual(seeds);
});

describe("increments equal torchsde's", () => {
  test.each(golden.increments)("$entropy from $from to $to of [$start, $end]", ({ from, to, increment, ...path }) => {
    const found = brownianIncrement(path, from, to);
    increment.forEach((value, i) => expect(Math.abs(found[i] - value)).toBeLessThan(2e-5 * Math.sqrt(path.end)));
  });
});

test("parts add up to the whole, and an increment's variance is the interval's length", () => {
  const path = { entropy: [3], shape: [20_000], start: 0, end: 9 };
  const [first, second, both] = [
    [1, 4.5],
    [4.5, 8],
    [1, 8],
  ].map(([from, to]) => brownianIncrement(path, from, to));
  both.forEach((value, i) => expect(first[i] + second[i]).toBeCloseTo(value, 4));
  const variance = (of: Float32Array) => of.reduce((a, b) => a + b * b, 0) / of.length;
  const within = 4 * Math.sqrt(2 / 20_000);
  expect(Math.abs(variance(first) / 3.5 - 1)).toBeLessThan(within);
  expect(Math.abs(variance(second) / 3.5 - 1)).toBeLessThan(within);
  expect(Math.abs(variance(both) / 7 - 1)).toBeLessThan(within);
});
