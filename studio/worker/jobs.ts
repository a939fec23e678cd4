// What the worker can be asked for, by name: the jobs are plain functions, so that they run in any test too.
import { fieldJob } from "../lab/field.ts";
import { gaugeJob } from "../lab/gauge.ts";
import { floorOf, measure, type Target } from "../lab/measures.ts";
import { runJob, type RunRequest } from "../lab/run.ts";
import { fetchShipped } from "../lab/shipped.ts";
import { sweepJob, type SweepRequest } from "../lab/sweep.ts";
import { targetsJob } from "../lab/targets.ts";
import { modelMaker, type Source } from "../lab/source.ts";
import { gapJob, saidAt, vectorsJob, type VectorsRequest } from "../lab/vectors.ts";

/** `signal` stops a job between its parts; long jobs call `breathe` now and then. */
export type Context = { signal: AbortSignal; breathe(): Promise<void> };

type Sourced<T> = T & { source: Source };
type Measured = { cloud: Float32Array; target: Target; seed: number; classes?: Int32Array | number };

const modelOf = modelMaker(fetchShipped);

export const jobs = {
  field: fieldJob,
  gauge: gaugeJob,
  targets: targetsJob,
  run: async ({ source, ...request }: Sourced<RunRequest>, context: Context) =>
    runJob(await modelOf(source), request, context),
  vectors: async ({ source, ...request }: Sourced<VectorsRequest>, context: Context) =>
    vectorsJob(await modelOf(source), request, context),
  sweep: async ({ source, ...request }: Sourced<SweepRequest>, context: Context) =>
    sweepJob(await modelOf(source), request, context),
  said: async ({ source, t, at, labels }: Sourced<{ t: number; at: Float32Array; labels: readonly number[] }>) => {
    const model = await modelOf(source);
    return { at, along: labels.map((label) => saidAt(model, t, at, label)) };
  },
  gap: async ({ source, points }: Sourced<{ points: Float32Array }>, context: Context) =>
    gapJob([await modelOf({ kind: "exact", points }), await modelOf(source)], points, context),
  measure: async ({ cloud, target, seed, classes }: Measured) => ({
    ...measure(cloud, target, classes),
    floor: floorOf(target, cloud.length / 2, seed),
  }),
};

export type Jobs = typeof jobs;
export type JobName = keyof Jobs;
export type Input<N extends JobName> = Parameters<Jobs[N]>[0];
export type Output<N extends JobName> = Awaited<ReturnType<Jobs[N]>>;

/** Page to worker, and back. */
export type Ask = { id: number; name: JobName; input: unknown } | { id: number; cancel: true };
export type Answer = { id: number; output: unknown } | { id: number; error: string; aborted: boolean };
