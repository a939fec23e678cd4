// The solver by itself: its orders, its tolerance, its dense output.
import { describe, expect, test } from "vitest";
import { adaptive, type AdaptiveProblem, type AdaptiveStep } from "./adaptive.ts";
import { tryStep } from "./dormand-prince.ts";

/** y' = y cos t: y = e^(sin t). */
const wave = (t: number, y: Float64Array) => y.map((value) => value * Math.cos(t));
const exact = (t: number) => Math.exp(Math.sin(t));

async function solve(problem: Partial<AdaptiveProblem> = {}) {
  const steps: AdaptiveStep[] = [];
  const whole = { derivative: wave, y: Float64Array.of(1), from: 0, to: 10, ...problem };
  const run = adaptive(whole);
  for (;;) {
    const { value, done } = await run.next();
    if (done) return { steps, y: value };
    steps.push(value);
  }
}

/** Error at the end of `steps` equal steps over [0, 2], and inside of the first one. */
async function fixed(steps: number) {
  const h = 2 / steps;
  let y = Float64Array.of(1);
  let inside = 0;
  for (let i = 0; i < steps; i++) {
    const trial = await tryStep(wave, i * h, y, wave(i * h, y), h);
    inside = Math.max(inside, Math.abs(trial.at(0.4)[0] - exact((i + 0.4) * h)));
    y = new Float64Array(trial.next);
  }
  return { end: Math.abs(y[0] - exact(2)), inside };
}

test("the step is of fifth order, and its dense output of fourth", async () => {
  const [coarse, fine] = [await fixed(16), await fixed(32)];
  expect(Math.log2(coarse.end / fine.end)).toBeGreaterThan(4.7);
  expect(Math.log2(coarse.inside / fine.inside)).toBeGreaterThan(3.7);
});

test("the error falls with the tolerance, and the steps grow fewer with a coarser one", async () => {
  let before = Infinity;
  for (const tolerance of [1e-3, 1e-6, 1e-9]) {
    const { y, steps } = await solve({ relative: tolerance, absolute: tolerance });
    const error = Math.abs(y[0] - exact(10));
    expect(error).toBeLessThan(20 * tolerance);
    expect(error).toBeLessThan(before);
    before = error;
    expect(steps.length).toBeLessThan(150);
  }
});

test("the dense output holds the tolerance everywhere, and joins the steps", async () => {
  const { steps } = await solve({ relative: 1e-7, absolute: 1e-7 });
  for (const step of steps) {
    expect(step.at(step.from)[0]).toBe(step.y[0]);
    expect(step.at(step.to)[0]).toBeCloseTo(step.next[0], 14);
    const middle = 0.3 * step.from + 0.7 * step.to;
    expect(Math.abs(step.at(middle)[0] - exact(middle))).toBeLessThan(1e-5);
  }
});

test("backward in time undoes forward", async () => {
  const there = await solve({ relative: 1e-9, absolute: 1e-9 });
  const back = await solve({ y: there.y, from: 10, to: 0, relative: 1e-9, absolute: 1e-9 });
  expect(back.y[0]).toBeCloseTo(1, 7);
});

test("each row is held to the tolerance, however many easy rows there are", async () => {
  const hard = (t: number, y: Float64Array) => y.map((_, i) => (i === 0 ? 20 * Math.cos(20 * t) : 0));
  const alone = await solve({ derivative: hard, y: new Float64Array(1), rows: 1, to: 1 });
  const among = await solve({ derivative: hard, y: new Float64Array(1000), rows: 1000, to: 1 });
  expect(among.y[0]).toBeCloseTo(alone.y[0], 12);
  expect(among.steps.length).toBe(alone.steps.length);
});

describe("it stops", () => {
  test("after maxSteps, saying how far it came", async () => {
    const wanted = { code: "invalid_option", path: "maxSteps", received: 3 };
    await expect(solve({ maxSteps: 3 })).rejects.toMatchObject(wanted);
  });
  test("at a field that isn't finite, saying when", async () => {
    const derivative = (t: number) => Float64Array.of(t > 2 ? NaN : 1);
    const wanted = { code: "not_finite", message: expect.stringMatching(/time/) };
    await expect(solve({ derivative })).rejects.toMatchObject(wanted);
  });
  test("at a tolerance of 0", async () => {
    await expect(solve({ relative: 0 })).rejects.toMatchObject({ code: "invalid_option", path: "relative" });
  });
});
