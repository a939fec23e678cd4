// The closed form of a chain on a Gaussian target, read off the sampler's own steps: they are affine in x and noise.
import type { Tensor } from "../../src/core/index.ts";
import { asModel, gaussianDenoiser, type Plan, type Scheduler, type StepOptions } from "../../src/diffusion/index.ts";
import { brownianIncrement, type BrownianPath, type Generator } from "../../src/random/index.ts";
import { seeded } from "./noise.ts";

type Moments = { mean: number; variance: number };

export type EnsembleOptions = {
  scheduler: Scheduler;
  steps: number;
  options?: StepOptions;
  target: { mean: number; deviation: number };
  /** How many samples are drawn beside the rows that the closed form is read from. */
  samples: number;
};

/**
 * Moments at the end of a run that starts at its first level's marginal: `wanted` by the closed form, `found` in the
 * samples. The closed form is x' = b + a x + sum_k c_k z_k over independent unit normal numbers z_k; b, a and c_k are
 * the ends of rows that start at 0 or 1 with no noise but one z_k = 1, in the same run as the samples.
 */
export function affineEnsemble(request: EnsembleOptions): { wanted: Moments; found: Moments } {
  const { scheduler, steps, target, samples } = request;
  const plan = scheduler.plan(steps);
  const sources = noiseSources(request, plan);
  const heads = 2 + sources.draws + sources.cuts.length;
  const [{ alpha, sigma }] = plan.levels;
  const start = { mean: alpha * target.mean, deviation: Math.hypot(alpha * target.deviation, sigma) };
  const x = seeded(11).randn([heads + samples, 1]);
  x.data.forEach((z, i) => (x.data[i] = i < heads ? Number(i === 1) : start.mean + start.deviation * z));
  const end = walk(request, plan, x, scripted(heads, sources));
  const [origin] = end;
  const slopes = [...end.subarray(1, heads)].map((value) => value - origin);
  const [a, ...c] = slopes;
  const wanted = {
    mean: origin + a * start.mean,
    variance: (a * start.deviation) ** 2 + c.reduce((total, slope) => total + slope ** 2, 0),
  };
  const rows = end.subarray(heads);
  const mean = rows.reduce((total, value) => total + value, 0) / samples;
  return { wanted, found: { mean, variance: rows.reduce((total, v) => total + (v - mean) ** 2, 0) / (samples - 1) } };
}

function walk({ scheduler, options, target }: EnsembleOptions, plan: Plan, x: Tensor, generator: Generator) {
  const model = asModel(gaussianDenoiser(target), scheduler);
  const stepper = scheduler.stepper(plan, options);
  let state = stepper.begin(x);
  for (const t of plan.timesteps) {
    const said = model(stepper.scaleModelInput(state.x, state.index), t, ["cond"]) as Tensor;
    state = stepper.advance(state, said, generator);
  }
  return state.x.data;
}

/** What a run asks for: how many plain draws, and the times between which it wants increments of a Brownian path. */
type Sources = { draws: number; cuts: readonly (readonly [from: number, to: number])[] };

function noiseSources(request: EnsembleOptions, plan: Plan): Sources {
  const times = new Set<number>();
  const plain = seeded(1);
  let draws = 0;
  const listening: Generator = {
    ...plain,
    randn: (shape) => (draws++, plain.randn(shape)),
    increment({ shape }, from, to) {
      times.add(from).add(to);
      return plain.randn(shape).data;
    },
  };
  walk(request, plan, seeded(2).randn([8, 1]), listening);
  const sorted = [...times].toSorted((a, b) => a - b);
  return { draws, cuts: sorted.slice(1).map((to, i) => [sorted[i], to] as const) };
}

/** Random numbers but for the first `heads` rows: row 2 + k has draw k alone, those after it a piece of the path. */
function scripted(heads: number, { draws, cuts }: Sources): Generator {
  const plain = seeded(3);
  let drawn = 0;
  return {
    ...plain,
    randn(shape) {
      const z = plain.randn(shape);
      z.data.fill(0, 0, heads);
      z.data[2 + drawn++] = 1;
      return z;
    },
    increment(path: Omit<BrownianPath, "entropy">, from: number, to: number) {
      const w = brownianIncrement({ ...path, entropy: [5] }, from, to);
      w.fill(0, 0, heads);
      cuts.forEach(([a, b], i) => {
        if (a >= from && b <= to) w[2 + draws + i] = Math.sqrt(b - a);
      });
      return w;
    },
  };
}
