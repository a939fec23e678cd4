// training: runs that learn, in Node. Tasks, the loop, checkpoints, presets.
import { assertKnownKeys, type OnProgress } from "../core/index.ts";
import { makeFolder } from "../files/index.ts";
import { nodeBackend } from "../runtime/index.ts";
import { join } from "node:path";
import { registryOf } from "../nn/index.ts";
import { exportRun } from "./run-export.ts";
import { firstState, run, type RunRecord } from "./run.ts";
import { initialState, type TrainingState } from "./state.ts";
import { prepare } from "./presets/index.ts";
import type { TransformerSize } from "../models/transformer/config.ts";
import type { Objective } from "./denoiser-task.ts";
import type { PointTarget } from "./point/presets.ts";

export type { TrainingState };
export { presetNames, type PresetName } from "./presets/index.ts";
export { readLog, run, type RunOptions, type RunRecord } from "./run.ts";
export { initialState, loadState, saveState } from "./state.ts";
export { trainLoop, type Task, type TrainOptions, type TrainRecord } from "./train.ts";

export type TrainRequest = {
  preset: string;
  /** The folder that holds the data sets ("data" by default): `driftfield data emoji` makes them. */
  data?: string;
  /** Steps in all, resumed ones included. */
  steps?: number;
  /** Stop after so long, with the learning rate falling to zero by then. */
  minutes?: number;
  resume?: boolean;
  /** The run's folder (runs/<preset> by default). */
  out?: string;
  /** Where the trained model is written when the run ends: a folder of models. */
  export?: string;
  /** Instead of training: writes the run into this new folder, for PyTorch on GPUs (see docs/distributed.md). */
  exportRun?: string;
  /** The folder of models that the preset builds on, and whose weights a resume without a checkpoint starts from. */
  models?: string;
  seed?: number;
  rate?: number;
  batchSize?: number;
  /** What the denoiser predicts. */
  objective?: Objective;
  /** The denoiser's size: "base" (what ships, by default) or "large". Preset "emoji" only. */
  size?: TransformerSize;
  /** Point presets: the shape to learn, by name. */
  shape?: string;
  /** Point presets: what the network is trained to say ("edm" by default). */
  target?: PointTarget;
  /** Point presets: smalldiffusion's own recipe and target. */
  reference?: boolean;
  /** Point presets: the network isn't told the noise level (the ablation). */
  blind?: boolean;
  /** Point presets with classes: the share of points whose class is dropped (0.1 by default). */
  dropClass?: number;
  signal?: AbortSignal;
  onProgress?: OnProgress;
};

const requestKeys: readonly (keyof TrainRequest)[] = [
  ...(["preset", "data", "steps", "minutes", "resume", "out", "export", "exportRun", "models", "seed"] as const),
  "rate",
  ...(["batchSize", "objective", "size", "signal", "onProgress"] as const),
  ...(["shape", "target", "reference", "blind", "dropClass"] as const),
];

/**
 * Trains a preset (one of `presetNames`): a record a step. When it ends, is stopped by `signal`, or is left, the state
 * is saved; resume goes on bit for bit from it. Throws "not_found" without data, "not_finite" on a bad loss (the last
 * checkpoint is still there).
 */
export async function* train(request: TrainRequest): AsyncGenerator<RunRecord, TrainingState> {
  const { preset, data = "data", out = join("runs", preset), seed = 1, signal, onProgress } = request;
  assertKnownKeys(request, requestKeys, "train");
  if (request.export !== undefined) await makeFolder(request.export); // now, not after hours
  const backend = await nodeBackend();
  const prepared = await prepare(preset, {
    data,
    seed,
    cache: join(data, "cache"),
    backend,
    ...(request.exportRun !== undefined && { exported: true }),
    ...(request.models !== undefined && { models: request.models }),
    ...(request.batchSize !== undefined && { batchSize: request.batchSize }),
    ...(request.objective !== undefined && { objective: request.objective }),
    ...(request.size !== undefined && { size: request.size }),
    points: {
      ...(request.shape !== undefined && { data: request.shape }),
      ...(request.target !== undefined && { target: request.target }),
      ...(request.reference !== undefined && { reference: request.reference }),
      ...(request.blind && { timeInput: false }),
      ...(request.dropClass !== undefined && { recipe: { dropClass: request.dropClass } }),
    },
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  const { steps: presetSteps, rate: presetRate, ...settings } = prepared.settings;
  const steps = request.steps ?? (request.minutes === undefined ? presetSteps : Infinity);
  if (request.exportRun !== undefined) {
    const { weights } = prepared;
    const first = { folder: out, seed, ...settings, ...(request.resume && { resume: true }), weights };
    const registry = registryOf(prepared.task.loss, prepared.task.batch);
    const start = request.resume ? await firstState(registry, first) : initialState(registry, first.seed);
    await exportRun(prepared, {
      preset,
      folder: request.exportRun,
      seed: first.seed,
      steps: Number.isFinite(steps) ? steps : presetSteps,
      rate: request.rate ?? presetRate,
      state: start,
      cache: join(data, "cache"),
      ...(signal && { signal }),
      ...(onProgress && { onProgress }),
    });
    return start;
  }
  const state = yield* run(prepared.task, {
    seed,
    ...settings,
    backend,
    folder: out,
    steps,
    rate: request.rate ?? presetRate,
    weights: prepared.weights,
    ...(request.minutes !== undefined && { minutes: request.minutes }),
    ...(request.resume && { resume: true }),
    ...(signal && { signal }),
  });
  if (request.export !== undefined && !signal?.aborted) await prepared.export(request.export, state);
  return state;
}
