// What the worker can be asked for, by name: the jobs are plain functions, so that they run in any test too.
import { fieldJob } from "../lab/field.ts";
import { gaugeJob } from "../lab/gauge.ts";
import { targetsJob } from "../lab/targets.ts";

/** `signal` stops a job between its parts; long jobs call `breathe` now and then. */
export type Context = { signal: AbortSignal; breathe(): Promise<void> };

export const jobs = { field: fieldJob, gauge: gaugeJob, targets: targetsJob };

export type Jobs = typeof jobs;
export type JobName = keyof Jobs;
export type Input<N extends JobName> = Parameters<Jobs[N]>[0];
export type Output<N extends JobName> = Awaited<ReturnType<Jobs[N]>>;

/** Page to worker, and back. */
export type Ask = { id: number; name: JobName; input: unknown } | { id: number; cancel: true };
export type Answer = { id: number; output: unknown } | { id: number; error: string; aborted: boolean };
