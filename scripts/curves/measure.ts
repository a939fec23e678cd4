// Error against evaluations: every sampler on an exact field, with the same noise to start from.
import type { Tensor } from "../../src/core/index.ts";
import {
  asModel,
  edmPath,
  flowPath,
  probabilityFlow,
  sample,
  schedulerFromConfig,
  withSampler,
  type Model,
  type SchedulerConfig,
} from "../../src/diffusion/index.ts";
import { slicedWasserstein } from "../../src/data/shapes/index.ts";
import { counterGenerator } from "../../src/random/index.ts";
import type { Ground } from "./fields.ts";

/** One point of a curve. */
export type Point = { evaluations: number; error: number };
export type Curve = { sampler: string; points: Point[] };

/** As many evaluations as these, or one fewer or more for samplers that look twice a step. */
export const budgets = [4, 5, 8, 10, 20, 25, 40, 50];

/** What the walks of one setting have in common: data, schedule, where they start. */
export type Setting = { ground: Ground; config: SchedulerConfig; overrides: Record<string, unknown>; noise: Tensor };

/** The end of a sampler's walks with about `budget` evaluations, and how many it used. */
export async function walk(
  { ground, config, overrides, noise }: Setting, sampler: string, budget: number,
): Promise<{ end: Tensor; evaluations: number }> {
  const scheduler = withSampler(schedulerFromConfig(config), sampler, overrides);
  const exact = asModel(ground.denoiser, scheduler);
  let evaluations = 0;
  const model: Model = (...asked) => {
    evaluations++;
    return exact(...asked);
  };
  const twice = scheduler.plan(10).timesteps.length > 12;
  const plan = scheduler.plan(twice ? Math.max(2, Math.round((budget + 1) / 2)) : budget);
  const [{ sigma }] = plan.levels;
  const x = { ...noise, data: noise.data.map((value) => value * sigma) };
  let end = x as Tensor;
  const generator = counterGenerator({ seed: 5 });
  for await (const { next } of sample({ scheduler, plan, x, model, generator })) end = next;
  return { end, evaluations };
}

/** Where the probability-flow ODE takes the same noise, to four figures; `ratio`: sigma / alpha at the start. */
export async function solution({ ground, noise }: Setting, ratio: number): Promise<Tensor> {
  const { denoiser } = ground;
  const last = 1e-3 * ground.blur;
  const flow = ratio === Infinity;
  const path = flow ? flowPath({ earliest: last }) : edmPath({ sigmaMin: last, sigmaMax: ratio });
  const x = flow ? noise : { ...noise, data: noise.data.map((value) => value * ratio) };
  const run = probabilityFlow({ denoiser, path, x, from: flow ? 1 : ratio, relative: 1e-4, absolute: 1e-4 });
  for (;;) {
    const { value, done } = await run.next();
    if (done) return denoiser(value, path.level(last));
  }
}

/** Mean distance of the ends from the ODE's, in units of the data's width. */
export function distance(ground: Ground, a: Tensor, b: Tensor): number {
  const size = a.data.length / a.shape[0];
  let total = 0;
  for (let start = 0; start < a.data.length; start += size) {
    let squares = 0;
    for (let i = start; i < start + size; i++) squares += (a.data[i] - b.data[i]) ** 2;
    total += Math.sqrt(squares);
  }
  return total / (a.shape[0] * ground.width);
}

/** True samples: points and blur. */
export function truth({ points, blur }: Ground, count: number, seed: number): Tensor {
  const generator = counterGenerator({ seed });
  const size = points.shape[1];
  const which = generator.randint(0, points.shape[0], [count]).data;
  const { data, shape } = generator.randn([count, size]);
  return { data: data.map((z, i) => points.data[which[Math.floor(i / size)] * size + (i % size)] + blur * z), shape };
}

/** Sliced Wasserstein distance from the truth, in units of the data's width; the floor is that of true samples. */
export const unlikeness = (ground: Ground, end: Tensor): number =>
  slicedWasserstein(end.data, truth(ground, end.shape[0], 77).data, 32).w1 / ground.width;

export const floorOf = (ground: Ground, count: number): number => {
  const pairs = Array.from({ length: 10 }, (_, k) => unlikeness(ground, truth(ground, count, 100 + k)));
  return pairs.reduce((a, b) => a + b) / pairs.length;
};
