// A run in a folder: the loop with its checkpoints, its log, and its way back after a crash.
import { appendFile, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { DriftfieldError } from "../core/index.ts";
import { makeFolder } from "../files/index.ts";
import { registryOf } from "../nn/index.ts";
import { checkpointStep, initialState, loadState, saveState, stateFromWeights, type TrainingState } from "./state.ts";
import { trainLoop, type Task, type TrainOptions, type TrainRecord } from "./train.ts";

export type RunOptions = Omit<TrainOptions, "progress"> & {
  /** The run's folder: checkpoint.safetensors and log.jsonl. */
  folder: string;
  seed: number;
  /** Go on from the folder's checkpoint. Without one, from `weights` where they are given. */
  resume?: boolean;
  weights?: string;
  /** Stops (with the whole fall of the learning rate) after this long, instead of at `steps`. */
  minutes?: number;
  /** Seconds between checkpoints. */
  checkpointEvery?: number;
};

export type RunRecord = TrainRecord & { checkpoint?: string };

export const checkpointPath = (folder: string): string => join(folder, "checkpoint.safetensors");

/**
 * Trains `task` in `folder`. At most `checkpointEvery` seconds of work are lost to a crash, and the checkpoint on
 * disk is whole at any moment. When it stops (end, minutes, signal, a caller that leaves the loop) the state is saved.
 * Throws "not_finite" at a bad loss, naming step and batch: the folder then holds the last checkpoint, as it was.
 */
export async function* run(task: Task, options: RunOptions): AsyncGenerator<RunRecord, TrainingState> {
  const { folder, seed, minutes, checkpointEvery = 60 } = options;
  await makeFolder(folder);
  await removeLeftovers(folder);
  const registry = registryOf(task.loss, task.batch);
  const start = await firstState(registry, options);
  const began = performance.now();
  const from = start.step;
  const progress = (step: number): number => {
    const byStep = step / options.steps;
    return minutes === undefined ? byStep : Math.max(byStep, (performance.now() - began) / (minutes * 60_000));
  };
  const save = async (state: TrainingState): Promise<string> => {
    const path = checkpointPath(folder);
    await saveState(path, state, registry, { task: task.name, seed: String(seed) });
    return path;
  };

  let saved = began;
  let logged = began;
  let last: TrainingState = start;
  let failed = false;
  const loop = trainLoop(task, start, { ...options, progress });
  try {
    for (;;) {
      const next = await loop.next();
      if (next.done) return (last = next.value);
      const record: RunRecord = next.value;
      last = record.state;
      const whole = record.step === record.state.step; // the last record of its run: the state is this step's
      const now = performance.now();
      if (whole && now - saved > checkpointEvery * 1000) {
        record.checkpoint = await save(record.state);
        saved = performance.now();
      }
      if (whole && now - logged > 5000) {
        logged = now;
        const { state: _, ...line } = record;
        await appendFile(join(folder, "log.jsonl"), `${JSON.stringify(line)}\n`);
      }
      yield record;
    }
  } catch (error) {
    failed = true;
    throw error instanceof DriftfieldError && error.code === "not_finite"
      ? await backTo(folder, error, options)
      : error;
  } finally {
    await loop.return(last); // frees the engine where the caller left the loop
    if (!failed && last.step > from) await save(last);
  }
}

/** The error of a loss that isn't finite, with the step that the run is back at: its last checkpoint's. */
async function backTo(folder: string, error: DriftfieldError, { rate }: RunOptions): Promise<DriftfieldError> {
  const path = checkpointPath(folder);
  const step = await checkpointStep(path);
  const { message, path: at, received, expected } = error;
  const where = step === undefined ? "nothing was saved yet" : `the run is back at its last checkpoint, step ${step}`;
  const how = step === undefined ? "Start again" : "Go on from there with --resume and";
  const hint = `${how} a lower rate, for example --rate ${Number((rate / 2).toPrecision(2))}.`;
  return new DriftfieldError("not_finite", `${message}; ${where}`, {
    path: at,
    received,
    expected,
    hint,
    cause: error,
  });
}

/** The state that a run begins with: its checkpoint's, that of published weights, or first values. */
export async function firstState(
  registry: ReturnType<typeof registryOf>,
  { folder, seed, resume, weights }: Pick<RunOptions, "folder" | "seed" | "resume" | "weights">,
): Promise<TrainingState> {
  const path = checkpointPath(folder);
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  if (resume) {
    if (exists) return loadState(path, registry);
    if (weights === undefined) {
      throw new DriftfieldError("not_found", `there is no checkpoint in ${folder} to resume from`, {
        path,
        hint: "leave --resume out to start anew",
      });
    }
    return stateFromWeights(weights, registry);
  }
  if (exists) {
    throw new DriftfieldError("invalid_option", `${folder} holds a run already`, {
      path: folder,
      hint: "add --resume to go on with it, or name another folder with --out",
    });
  }
  return initialState(registry, seed);
}

/** Half-written checkpoints of a run that was killed. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (/^checkpoint\.safetensors\..*\.tmp$/.test(name)) await rm(join(folder, name), { force: true });
  }
}

/** The lines of a run's log. */
export async function readLog(folder: string): Promise<Record<string, number>[]> {
  const text = await readFile(join(folder, "log.jsonl"), "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}
