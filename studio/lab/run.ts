// A whole run of a cloud of points, for the page to play: every place, every noise that was added, and what it cost.
import { sample } from "driftfield/diffusion";
import { pointsRun, type PointModel, type PointsRequest } from "driftfield/point";
import type { Context } from "../worker/jobs.ts";
import { forSteps } from "./source.ts";

type Settings = Pick<
  PointsRequest, "sampler" | "eta" | "noiseScale" | "gamma" | "mu" | "classes" | "negativeClasses" | "guidanceScale"
>;

/** From `step` steps on, these settings instead; what isn't named stays. `seed`: of the noise from there on. */
export type Turn = Settings & { step: number; seed?: number };

/** `turns` in the order of their steps: a walk that branches off another one. */
export type RunRequest = Settings & { seed: number; count: number; steps: number; turns?: readonly Turn[] };

export type RunOutput = {
  count: number;
  steps: number;
  /** Places before every step and after the last: (steps + 1, count, 2), in the sampler's own space. */
  path: Float32Array;
  /** What each step added as noise: (steps, count, 2); empty for runs without noise. */
  noise: Float32Array;
  /** Noise over signal at each of the places' levels (steps + 1); infinite where there's no signal. */
  ratios: Float64Array;
  /** What places are multiplied by to be drawn: 1 / sqrt(alpha^2 + sigma^2), and 1 on a flow (steps + 1). */
  scales: Float64Array;
  evaluations: number;
  milliseconds: number;
};

/** The steps `from` to `to` of a walk, and their settings. */
type Part = { from: number; to: number; settings: Omit<RunRequest, "steps" | "turns"> };

/** A walk of `total` steps in parts of one setting each, none of them empty. */
export function partsOf({ turns = [], steps: _, ...first }: RunRequest, total: number): Part[] {
  const parts: Part[] = [];
  let settings = first;
  for (const [k, { step: from, ...turn }] of [{ step: 0 }, ...turns].entries()) {
    settings = { ...settings, ...turn };
    const to = Math.min(turns[k]?.step ?? total, total);
    if (from < to) parts.push({ from, to, settings });
  }
  return parts;
}

/** Runs `request` on `model`. Noise is keyed by (seed, point, step): the same for any number of points and any turn. */
export async function runJob(
  model: PointModel, request: RunRequest, { signal, breathe }: Context,
): Promise<RunOutput> {
  const { steps: wanted, turns: _, ...root } = request;
  const { count } = root;
  const flow = model.config.schedule._class_name === "ScheduleFlow";
  const before = performance.now();
  const sized = forSteps(model, wanted);
  const whole = pointsRun(sized, { ...root, numInferenceSteps: wanted });
  const { levels, targets } = whole.plan;
  const steps = levels.length;
  const size = 2 * count;
  const path = new Float32Array(size * (steps + 1));
  let noise = new Float32Array(0);
  let evaluations = 0;
  path.set(whole.x.data);
  let initial = whole.x;
  for (const { from, to, settings } of partsOf(request, steps)) {
    evaluations += (to - from) * count * ((settings.guidanceScale ?? 1) === 1 ? 1 : 2);
    const part = pointsRun(sized, { ...settings, numInferenceSteps: wanted, initial, startStep: from });
    for await (const { index, next, noise: added } of sample({ ...part, signal })) {
      path.set(next.data, size * (index + 1));
      if (added) {
        if (noise.length === 0) noise = new Float32Array(size * steps);
        noise.set(added.data, size * index);
      }
      initial = next;
      await breathe();
      if (index + 1 === to) break;
    }
  }
  const milliseconds = performance.now() - before;
  const all = [...levels, targets[steps - 1]];
  return {
    count,
    steps,
    path,
    noise,
    ratios: Float64Array.from(all, ({ alpha, sigma }) => sigma / alpha),
    scales: Float64Array.from(all, ({ alpha, sigma }) => (flow ? 1 : 1 / Math.hypot(alpha, sigma))),
    evaluations,
    milliseconds,
  };
}

/** Places as they are drawn: each multiplied by its level's scale. */
export function drawnPath({ path, scales, count }: RunOutput): Float32Array {
  return path.map((value, i) => value * scales[Math.floor(i / (2 * count))]);
}

/** The places of all points after `step` steps, in the sampler's own space. */
export function placesAt({ path, count }: RunOutput, step: number): Float32Array {
  return path.subarray(2 * count * step, 2 * count * (step + 1));
}

/** How far point `k` moves, as it is drawn, in each step. */
export function stepLengths(run: RunOutput, drawn: Float32Array, k: number): Float32Array {
  return Float32Array.from({ length: run.steps }, (_, s) => {
    const [from, to] = [2 * (s * run.count + k), 2 * ((s + 1) * run.count + k)];
    return Math.hypot(drawn[to] - drawn[from], drawn[to + 1] - drawn[from + 1]);
  });
}

/**
 * How unevenly the points travel: the mean squared difference between a point's whole way and what each of its steps
 * would make of it alone, over the mean square of the whole way. 0 is one straight, even walk (the straightness of
 * Liu, Gong & Liu 2022, eq. 5, with the run's own clock).
 */
export function unevenness(run: RunOutput, drawn: Float32Array): number {
  const size = 2 * run.count;
  const last = size * run.steps;
  let [squares, whole] = [0, 0];
  for (let k = 0; k < size; k++) {
    const way = drawn[last + k] - drawn[k];
    whole += way * way;
    for (let s = 0; s < run.steps; s++) {
      const step = (drawn[size * (s + 1) + k] - drawn[size * s + k]) * run.steps;
      squares += (way - step) ** 2 / run.steps;
    }
  }
  return whole > 0 ? squares / whole : 0;
}
