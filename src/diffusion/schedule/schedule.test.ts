// Schedules: levels, their inverse, and how run times are placed on them.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { betaQuantile } from "./beta-quantile.ts";
import { discreteSchedule } from "./discrete.ts";
import { flowSchedule, shiftFlowTimes } from "./flow.ts";
import { forwardVariance, halfLogSnr, noiseRatio, posteriorDeviation, preservingLevel } from "./level.ts";
import { placeBetween } from "./sigmas.ts";
import { linspace, roundHalfToEven, spacedTimesteps } from "./spacing.ts";

const schedules = [discreteSchedule({ schedule: "scaled_linear", start: 0.00085, end: 0.012 }), flowSchedule(1000)];

describe.each(schedules)("the $kind schedule", (schedule) => {
  const times = fc.double({ min: 0.5, max: 998.5, noNaN: true });
  test("finds the model time of a level again", () => {
    fc.assert(
      fc.property(times, (t) => {
        expect(Math.abs(schedule.timeOf(noiseRatio(schedule.at(t))) - t)).toBeLessThan(0.01);
      }),
    );
  });
  test("logSnr is twice log(alpha / sigma) and falls with time", () => {
    fc.assert(
      fc.property(times, (t) => {
        expect(schedule.logSnr(t)).toBeCloseTo(2 * halfLogSnr(schedule.at(t)), 9);
        expect(schedule.logSnr(t)).toBeGreaterThan(schedule.logSnr(t + 0.5));
      }),
    );
  });
  test("levels beyond its ends are held to them", () => {
    expect(schedule.timeOf(0)).toBe(0);
    expect(schedule.timeOf(Infinity)).toBe(schedule.kind === "flow" ? 1000 : 999);
  });
});

test("the posterior's deviation is that of Bayes' rule for two Gaussian observations", () => {
  const ratio = fc.double({ min: 0.01, max: 50, noNaN: true });
  fc.assert(
    fc.property(ratio, ratio, (a, b) => {
      fc.pre(a < b);
      const [to, from] = [preservingLevel(a), preservingLevel(b)];
      const precision = (from.alpha / to.alpha) ** 2 / forwardVariance(from, to) + 1 / to.sigma ** 2;
      expect(posteriorDeviation(from, to) / Math.sqrt(1 / precision)).toBeCloseTo(1, 5);
    }),
  );
});

describe("spacing", () => {
  test("1000 training steps in 4: linspace, leading, trailing", () => {
    expect(spacedTimesteps("linspace", 4, 1000)).toEqual([999, 666, 333, 0]);
    expect(spacedTimesteps("leading", 4, 1000, 1)).toEqual([751, 501, 251, 1]);
    expect(spacedTimesteps("trailing", 4, 1000)).toEqual([999, 749, 499, 249]);
  });
  test("every number of steps has that many timesteps, falling, within the schedule", () => {
    for (const spacing of ["linspace", "leading", "trailing"] as const) {
      for (let steps = 1; steps <= 1000; steps++) {
        const timesteps = spacedTimesteps(spacing, steps, 1000);
        expect(timesteps.length).toBe(steps);
        expect(timesteps.every((t, i) => t >= 0 && t <= 999 && (i === 0 || t < timesteps[i - 1]))).toBe(true);
      }
    }
  });
  test("halves round to even", () => {
    expect([499.5, 500.5, 1.5, 2.4999, 2.51].map(roundHalfToEven)).toEqual([500, 500, 2, 2, 3]);
  });
  test("linspace ends exactly where it should", () => {
    expect(linspace(0, 999, 50).at(-1)).toBe(999);
    expect(linspace(3, 9, 1)).toEqual([3]);
  });
});

test.each(["karras", "exponential", "beta", "lu"] as const)(
  "%s sigmas fall from the largest to the smallest",
  (name) => {
    const sigmas = placeBetween(name, 14.6, 0.03, 12);
    expect(sigmas[0]).toBeCloseTo(14.6, 4);
    expect(sigmas[11]).toBeCloseTo(0.03, 6);
    expect(sigmas.every((sigma, i) => i === 0 || sigma < sigmas[i - 1])).toBe(true);
  },
);

test("the beta quantile is x itself for Beta(1, 1), sin^2 for Beta(1/2, 1/2), and symmetric", () => {
  for (const p of [0, 0.001, 0.2, 0.5, 0.77, 1]) {
    expect(betaQuantile(p, 1, 1)).toBeCloseTo(p, 12);
    expect(betaQuantile(p, 0.5, 0.5)).toBeCloseTo(Math.sin((Math.PI / 2) * p) ** 2, 10);
    expect(betaQuantile(p, 0.6, 0.6) + betaQuantile(1 - p, 0.6, 0.6)).toBeCloseTo(1, 10);
  }
});

test("a flow's shift keeps the ends and moves what lies between toward noise", () => {
  expect(shiftFlowTimes([0, 0.5, 1], 3)).toEqual([0, 0.75, 1]);
});
