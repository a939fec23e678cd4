// The lab's mathematics against what can be worked out by other means.
import { describe, expect, it } from "vitest";
import { spiral } from "driftfield/shapes";
import { alongAt, densityAt, fieldJob, gridOf } from "./field.ts";
import { gaugeJob } from "./gauge.ts";
import { levelAt, ratioAt } from "./level.ts";
import { noisedAt } from "./noised.ts";
import { targetsJob } from "./targets.ts";
import { growth, walksAt, walksOf } from "./walks.ts";

const atOnce = { breathe: () => Promise.resolve() };
const points = spiral({ count: 100 }).points.data;
const two = Float32Array.of(-1, 0, 1, 0);

describe("the clock", () => {
  it("runs from noise over signal 0.01 to 10, and keeps the whole at variance 1", () => {
    expect([ratioAt(0), ratioAt(0.5), ratioAt(1)].map((r) => Number(r.toPrecision(6)))).toEqual([0.01, 0.316228, 10]);
    const { alpha, sigma } = levelAt(0.7);
    expect(alpha ** 2 + sigma ** 2).toBeCloseTo(1, 12);
    expect(sigma / alpha).toBeCloseTo(ratioAt(0.7), 12);
  });
});

describe("the field", () => {
  it("is the closed form of two points: alpha tanh(alpha x / sigma^2) - x", () => {
    const { alpha, sigma } = levelAt(0.6);
    for (const x of [-1.3, -0.2, 0.05, 0.9]) {
      const [dx, dy] = alongAt(two, 0.6, Float32Array.of(x, 0.3));
      expect(dx).toBeCloseTo(alpha * Math.tanh((alpha * x) / sigma ** 2) - x, 5);
      expect(dy).toBeCloseTo(-0.3, 6);
    }
  });

  it("is the slope of its density: sigma^2 grad log p, by differences", () => {
    const [t, extent, across] = [0.5, 0.02, 3];
    const log = densityAt(points, t, across, extent).map(Math.log);
    const { sigma } = levelAt(t);
    const [dx, dy] = alongAt(points, t, Float32Array.of(0, 0));
    expect(dx).toBeCloseTo((sigma ** 2 * (log[5] - log[3])) / (2 * extent), 3);
    expect(dy).toBeCloseTo((sigma ** 2 * (log[7] - log[1])) / (2 * extent), 3);
  });

  it("has a density that is 1 in sum", () => {
    const [across, extent] = [121, 4];
    const sum = densityAt(points, 0.6, across, extent).reduce((a, b) => a + b, 0);
    expect(sum * ((2 * extent) / (across - 1)) ** 2).toBeCloseTo(1, 3);
  });

  it("without the time is near the mean of the timed fields, weighted by their densities", async () => {
    const [across, extent] = [5, 1];
    const blind = await fieldJob({ points: two, t: 0, across, shades: 9, extent, blind: true }, atOnce);
    const at = gridOf(across, extent);
    const place = 7; // (0, -0.5)
    let [whole, up] = [0, 0];
    for (let k = 0; k <= 400; k++) {
      const weight = densityAt(two, k / 400, across, extent)[place];
      whole += weight;
      up += weight * alongAt(two, k / 400, at.slice(2 * place, 2 * place + 2))[1];
    }
    expect(blind.along[2 * place + 1]).toBeCloseTo(up / whole, 1);
    expect(blind.along[2 * place]).toBeCloseTo(0, 6);
  });

  it("is finite for one point, for equal points and far away at the least noise", async () => {
    for (const set of [Float32Array.of(0.3, 0.4), Float32Array.of(1, 1, 1, 1), points]) {
      const { along, density } = await fieldJob({ points: set, t: 0, across: 9, shades: 5, extent: 2 }, atOnce);
      expect([...along, ...density].every(Number.isFinite)).toBe(true);
    }
  });
});

describe("the gauge", () => {
  it("knows nothing at the end of noise, all at its beginning, and turns in between", async () => {
    const { known, turn } = await gaugeJob({ points }, atOnce);
    expect(known[0]).toBeGreaterThan(0.99);
    expect(known[known.length - 1]).toBeLessThan(0.05);
    expect(turn).toBeGreaterThan(0.45);
    expect(turn).toBeLessThan(0.65);
  });

  it("turns later in noise when the data are wider", async () => {
    const sizes = [1, 2].map((size) => ({ points: two.map((value) => value * size) }));
    const [near, wide] = await Promise.all(sizes.map((set) => gaugeJob(set, atOnce)));
    // Twice as wide is one doubling of noise over signal later.
    expect(wide.turn! - near.turn!).toBeCloseTo(Math.log(2) / Math.log(1000), 1);
  });

  it("has no turn for equal points", async () => {
    expect((await gaugeJob({ points: Float32Array.of(1, 1, 1, 1) }, atOnce)).turn).toBeNull();
  });
});

describe("the walks", () => {
  it("have the forward process's mean and variance at every step", () => {
    const { at, steps, count } = walksOf(Float32Array.of(0.8, -0.5), 4000, 16, 3);
    for (const k of [4, 10, 16]) {
      const { alpha, sigma } = levelAt(k / steps);
      let [mean, square] = [0, 0];
      for (let w = 0; w < count; w++) {
        const x = at[2 * (w * (steps + 1) + k)];
        mean += x / count;
        square += x * x / count;
      }
      expect(Math.abs(mean - 0.8 * alpha)).toBeLessThan(4 * (sigma / Math.sqrt(count)));
      expect((square - mean * mean) / sigma ** 2).toBeCloseTo(1, 1);
    }
  });

  it("are the same however many there are, and pass through their steps", () => {
    const [few, many] = [walksOf(points, 3, 8, 1), walksOf(points, 30, 8, 1)];
    expect(few.at).toEqual(many.at.subarray(0, few.at.length));
    const { heads, paths, starts } = walksAt(few, 4.5, 2);
    expect(starts).toEqual([0, 4, 8]);
    expect(heads[0]).toBeCloseTo((few.at[8] + few.at[10]) / 2, 6);
    expect([...paths.subarray(0, 2)]).toEqual([...few.at.subarray(4, 6)]);
    expect([...paths.subarray(6, 8)]).toEqual([...heads.subarray(0, 2)]);
  });

  it("grow by steps whose variances add up to the whole", () => {
    const sum = Array.from({ length: 10 }, (_, k) => growth((k + 1) / 10, 10)).reduce((a, b) => a + b, 0);
    expect(sum).toBeCloseTo(100, 9);
  });
});

describe("the two targets", () => {
  const input = {
    points, t: 0.6, steps: 64, samples: 3000, cells: 11, extent: 2, seed: 1, probe: [0.6, 0.4] as const, examples: 4000,
  };
  const meanOf = (fan: Float32Array, c: number) =>
    fan.reduce((sum, value, i) => (i % 2 === c ? sum + value : sum), 0) / (fan.length / 2);

  it("have one mean, the exact field's, and the score is it over sigma^2", async () => {
    const { naive, total, mean, score } = await targetsJob(input, atOnce);
    const exact = alongAt(points, 0.6, Float32Array.of(0.6, 0.4));
    for (const c of [0, 1]) {
      expect(mean[c]).toBeCloseTo(exact[c], 5);
      expect(meanOf(total.fan, c)).toBeCloseTo(exact[c], 1);
      expect(Math.abs(meanOf(naive.fan, c) - exact[c])).toBeLessThan(0.1);
      expect(score[c]).toBeCloseTo(exact[c] / levelAt(0.6).sigma ** 2, 4);
    }
  });

  it("stray as far as they say, the last step much further", async () => {
    const { naive, total } = await targetsJob(input, atOnce);
    expect(naive.spread / total.spread).toBeGreaterThan(5);
    // At one place the spread isn't the mean over all places, but the difference of the two targets' is.
    const sigma2 = levelAt(0.6).sigma ** 2;
    const around = (fan: Float32Array) =>
      [0, 1].reduce((sum, c) => {
        const mean = meanOf(fan, c);
        return sum + fan.reduce((s, v, i) => (i % 2 === c ? s + (v - mean) ** 2 : s), 0) / (fan.length / 2) / sigma2;
      }, 0);
    const told = naive.spread - total.spread;
    expect((around(naive.fan) - around(total.fan)) / told).toBeCloseTo(1, 1);
  });

  it("teach a field that comes nearer to the exact one with more examples", async () => {
    const at = gridOf(input.cells, input.extent);
    const exact = alongAt(points, input.t, at);
    const middle = (input.cells * input.cells - 1) / 2;
    const off = (field: Float32Array) =>
      Math.hypot(...[0, 1].map((c) => field[2 * middle + c] - exact[2 * middle + c]));
    const few = await targetsJob({ ...input, samples: 200 }, atOnce);
    const many = await targetsJob({ ...input, samples: 60_000 }, atOnce);
    expect(off(many.naive.field)).toBeLessThan(off(few.naive.field));
    expect(off(many.total.field)).toBeLessThan(0.05);
  });
});

describe("noised points", () => {
  it("keep their own noise at all times", () => {
    const [early, late] = [noisedAt(two, 0.2, 50, 1), noisedAt(two, 0.9, 50, 1)];
    const [a, b] = [levelAt(0.2), levelAt(0.9)];
    for (let i = 1; i < early.length; i += 2) expect(early[i] / a.sigma).toBeCloseTo(late[i] / b.sigma, 4);
    expect(noisedAt(new Float32Array(0), 0.5, 50, 1)).toHaveLength(0);
  });
});
