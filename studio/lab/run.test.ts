// A run is the sampler's own walk, its noise the same for any number of points; its numbers are what they say.
import { exactPointModel, samplePoints } from "driftfield/point";
import { spiral, spiralClasses } from "driftfield/shapes";
import { expect, it } from "vitest";
import { floorOf, measure, nearShare } from "./measures.ts";
import { drawnPath, placesAt, runJob, stepLengths, unevenness, type RunRequest, type Turn } from "./run.ts";
import { forSteps, modelMaker } from "./source.ts";
import { gapJob, saidAt } from "./vectors.ts";
import { alongAt, gridOf } from "./field.ts";

const context = { signal: new AbortController().signal, breathe: async () => {} };
const { points, curves } = spiral();
const model = exactPointModel({ points });
const run = (request: Partial<RunRequest>) =>
  runJob(model, { sampler: "ddpm", seed: 4, count: 12, steps: 20, ...request }, context);

it("is the public sampler's walk, end to end", async () => {
  const wanted = await samplePoints(model, { sampler: "ddpm", seed: 4, count: 12, numInferenceSteps: 20 });
  const found = await run({});
  expect(placesAt(found, 20)).toEqual(wanted.data);
  expect(found).toMatchObject({ steps: 20, count: 12, evaluations: 240 });
  expect(found.ratios[0]).toBeCloseTo(10, 4);
  expect([...found.ratios].every((ratio, i, all) => i === 0 || ratio <= all[i - 1])).toBe(true);
});

it("gives every sampler the same start, and point k the same noise alone or among many", async () => {
  const [ddpm, half, quiet, ddim] = await Promise.all([
    run({}), run({ sampler: "ddim", eta: 0.5 }), run({ noiseScale: 0 }), run({ sampler: "ddim" }),
  ]);
  for (const other of [half, quiet, ddim]) expect(placesAt(other, 0)).toEqual(placesAt(ddpm, 0));
  expect([quiet.noise.length, ddim.noise.length]).toEqual([0, 0]);
  // The same unit noise: what is added differs by one factor a step.
  for (const step of [0, 9, 18]) {
    const factors = [0, 1, 2, 3].map((i) => half.noise[24 * step + i] / ddpm.noise[24 * step + i]);
    for (const factor of factors) expect(factor).toBeCloseTo(0.5, 4);
  }
  const few = await run({ count: 3 });
  expect(few.noise.slice(0, 6)).toEqual(ddpm.noise.slice(0, 6));
  expect(placesAt(few, 20)).toEqual(placesAt(ddpm, 20).slice(0, 6));
});

it("branches: it shares its parent's steps, goes on by its own settings, and with the noise of each step", async () => {
  const turn = { step: 12, sampler: "ddim", eta: 0, noiseScale: 1, seed: 4 };
  const [whole, left, same] = await Promise.all([
    run({}), run({ turns: [turn] }), run({ sampler: "ddim", turns: [{ ...turn, step: 7, sampler: "ddpm" }] }),
  ]);
  const upTo = (found: typeof whole, step: number) => found.path.slice(0, 24 * (step + 1));
  expect(upTo(left, 12)).toEqual(upTo(whole, 12));
  expect(placesAt(left, 13)).not.toEqual(placesAt(whole, 13));
  expect(left.noise.slice(24 * 12).every((value) => value === 0)).toBe(true);
  expect([left.ratios, left.scales]).toEqual([whole.ratios, whole.scales]);
  // DDIM draws nothing before the turn, and still DDPM's noise is that of its step.
  expect(same.noise.slice(24 * 7, 24 * 8)).toEqual(whole.noise.slice(24 * 7, 24 * 8));
  const [asBefore, other] = [{ step: 5, sampler: "ddpm", seed: 4 }, { step: 0, sampler: "ddpm", seed: 99 }];
  expect((await run({ turns: [asBefore] })).path).toEqual(whole.path);
  const luck = await run({ turns: [other] });
  expect(placesAt(luck, 0)).toEqual(placesAt(whole, 0));
  expect(placesAt(luck, 1)).not.toEqual(placesAt(whole, 1));
});

it("without its noise DDPM falls short of the spread: the blur", async () => {
  const [whole, quiet] = [await run({ count: 200, steps: 64 }), await run({ count: 200, steps: 64, noiseScale: 0 })];
  const spread = (cloud: Float32Array) => Math.sqrt(cloud.reduce((sum, v) => sum + v * v, 0) / 200);
  expect(spread(placesAt(quiet, 64))).toBeLessThan(0.75 * spread(placesAt(whole, 64)));
});

it("takes 1 step and more steps than the model's table has", async () => {
  expect((await run({ steps: 1 })).path.length).toBe(48);
  const long = await run({ steps: 256, count: 2, sampler: "ddim" });
  expect(long.path.every(Number.isFinite)).toBe(true);
  expect(forSteps(model, 20)).toBe(model);
});

it("draws noise and data at one scale, and measures the drawn way", async () => {
  const found = await run({ sampler: "ddim", count: 40, steps: 64 });
  const drawn = drawnPath(found);
  const size = (from: number) => Math.sqrt(drawn.slice(from, from + 80).reduce((sum, v) => sum + v * v, 0) / 80);
  expect(size(0)).toBeGreaterThan(0.7);
  expect(size(0)).toBeLessThan(1.3);
  const lengths = stepLengths(found, drawn, 7);
  expect(lengths.length).toBe(64);
  const [dx, dy] = [0, 1].map((i) => drawn[2 * (160 + 7) + i] - drawn[2 * (120 + 7) + i]);
  expect(lengths[3]).toBeCloseTo(Math.hypot(dx, dy));
});

it("flow matching's points travel more evenly than diffusion's", async () => {
  const make = modelMaker(async () => Promise.reject(new Error("nothing is fetched for an exact model")));
  const flow = await make({ kind: "exact", points: points.data, flow: true });
  const straight = await runJob(flow, { seed: 4, count: 60, steps: 32 }, context);
  const bent = await run({ sampler: "ddim", count: 60, steps: 32 });
  expect(unevenness(straight, drawnPath(straight))).toBeLessThan(0.7 * unevenness(bent, drawnPath(bent)));
  const even = { ...bent, path: bent.path.map((_, i) => Math.floor(i / 120) * ((i % 120) + 1)) };
  expect(unevenness(even, even.path)).toBeCloseTo(0, 6);
  placesAt(bent, 0).forEach((value, i) => expect(value / bent.ratios[0]).toBeCloseTo(placesAt(straight, 0)[i], 5));
});

it("guidance counts both of its evaluations, and gives purer classes the more it guides", async () => {
  const classed = spiralClasses();
  const conditional = exactPointModel({ points: classed.points, classes: classed.classes });
  const target = { points: classed.points.data, curves: classed.curves, classCurves: classed.curves };
  const at = async (guidanceScale: number) => {
    const request = { sampler: "ddim", seed: 1, count: 60, steps: 24, classes: 2, guidanceScale };
    const found = await runJob(conditional, request, context);
    return { ...measure(placesAt(found, 24), target, 2), evaluations: found.evaluations };
  };
  const [off, on] = [await at(0), await at(3)];
  expect(on.evaluations).toBe(2 * 60 * 24);
  expect(on.purity).toBe(1);
  expect(off.purity).toBeLessThan(0.7);
});

it("goes on with other guidance from a step on, and counts each step's own evaluations", async () => {
  const classed = spiralClasses();
  const conditional = exactPointModel({ points: classed.points, classes: classed.classes });
  const at = (turns: Turn[], negativeClasses?: number) => runJob(
    conditional,
    { sampler: "ddim", seed: 1, count: 8, steps: 24, classes: 2, negativeClasses, guidanceScale: 3, turns },
    context,
  );
  const off: Turn = { step: 10, classes: 2, negativeClasses: undefined, guidanceScale: 1 };
  const [whole, left, led] = [await at([]), await at([off]), await at([{ ...off, guidanceScale: 3 }], 0)];
  expect(left.path.slice(0, 16 * 11)).toEqual(whole.path.slice(0, 16 * 11));
  expect(placesAt(left, 11)).not.toEqual(placesAt(whole, 11));
  expect([whole.evaluations, left.evaluations]).toEqual([2 * 8 * 24, 8 * (2 * 10 + 14)]);
  // The negative class ends where the turn says that there is none.
  const again = await at([{ ...off, guidanceScale: 3, negativeClasses: 0 }], 0);
  expect(placesAt(led, 10)).toEqual(placesAt(again, 10));
  expect(placesAt(led, 11)).not.toEqual(placesAt(again, 11));
});

it("real samples are at the floor, and all of them near the curve", () => {
  const target = { points: points.data, curves };
  const own = measure(points.data, target);
  expect(own).toEqual({ distance: 0, near: 1, purity: null });
  const floor = floorOf(target, 200, 1);
  expect(floor).toBeGreaterThan(0.01);
  expect(floor).toBeLessThan(0.1);
  expect(nearShare(Float32Array.of(5, 5, points.data[0], points.data[1]), target)).toBe(0.5);
  expect(nearShare(Float32Array.of(5, 5, 1, 1), { points: Float32Array.of(1, 1), curves: [] })).toBe(0.5);
});

it("says in the frame what the exact field says, and no gap between a model and itself", async () => {
  const at = gridOf(9, 1.5);
  const [found, wanted] = [saidAt(model, 0.6, at), alongAt(points.data, 0.6, at)];
  found.forEach((value, i) => expect(value).toBeCloseTo(wanted[i], 4));
  const { gap } = await gapJob([model, model], points.data, context);
  expect(Math.max(...gap)).toBe(0);
  const other = exactPointModel({ points: { data: points.data.map((v) => -v), shape: points.shape } });
  expect(Math.max(...(await gapJob([model, other], points.data, context)).gap)).toBeGreaterThan(0.3);
});
