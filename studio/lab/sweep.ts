// How near to the data a sampler comes, by how many steps it may take.
import type { PointModel } from "driftfield/point";
import { slicedWasserstein } from "driftfield/shapes";
import type { Context } from "../worker/jobs.ts";
import type { Target } from "./measures.ts";
import { placesAt, runJob } from "./run.ts";

/** The numbers of steps, evenly apart in their logarithm. */
export const SWEEP = [1, 2, 4, 8, 16, 32, 64] as const;
const POINTS = 200;

export type SweepRequest = { target: Target; seed: number; sampler?: string };

/** The sliced distance to the data of 200 points after 1, 2, 4 ... 64 steps. */
export async function sweepJob(
  model: PointModel, { target, seed, sampler }: SweepRequest, context: Context,
): Promise<{ distances: Float32Array }> {
  const distances = new Float32Array(SWEEP.length);
  for (const [i, steps] of SWEEP.entries()) {
    const run = await runJob(model, { seed, count: POINTS, steps, ...(sampler !== undefined && { sampler }) }, context);
    distances[i] = slicedWasserstein(placesAt(run, run.steps), target.points, 64).w1;
  }
  return { distances };
}
