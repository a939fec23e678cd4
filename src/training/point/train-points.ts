// Training a point model in memory, in Node or in a page's worker: no folder, no files; the caller keeps what it wants.
import { assertKnownKeys } from "../../core/index.ts";
import { pointModel, type PointConfig, type PointModel } from "../../models/point/index.ts";
import { registryOf, type Registry } from "../../nn/index.ts";
import { nodeBackend, webBackend, type Backend } from "../../runtime/index.ts";
import { encodeState, initialState, stateFrom, type TrainingState } from "../state.ts";
import { trainLoop, type TrainOptions } from "../train.ts";
import { chosenPoints, type PointChoices } from "./presets.ts";
import type { PointRecipe } from "./recipe.ts";
import { pointTask } from "./task.ts";

export type PointTraining = PointChoices & {
  /** The last step, counted from the beginning: the recipe's 15,000 by default. The learning rate falls toward it. */
  steps?: number;
  /** First weights and all noise follow from it: 1 by default. */
  seed?: number;
  /** A checkpoint's bytes, to go on from: bit for bit as if it hadn't been left. */
  resume?: Uint8Array;
  /** Steps between two looks at the signal: 50 by default. Checkpoints are at multiples of it. */
  stepsPerRun?: number;
  /** onnxruntime-node in Node, onnxruntime-web's wasm in a page, by default. */
  backend?: Backend;
  /** Threads of the engine: 1 by default, since the steps are small; more of them wait for each other. */
  threads?: number;
  signal?: AbortSignal;
};

export type PointTrainRecord = {
  step: number;
  steps: number;
  loss: number;
  gradientNorm: number;
  rate: number;
  stepsPerSecond: number;
  secondsLeft: number | null;
  /** The model as it is after this record's run of steps (averaged weights): a copy of its own. */
  model(): PointModel;
  /** The whole state after this record's run as bytes of a safetensors file, for `resume`. */
  checkpoint(): Promise<Uint8Array<ArrayBuffer>>;
};

const keys: readonly (keyof PointTraining)[] = [
  "preset", "data", "target", "reference", "timeInput", "recipe", "steps", "seed", "resume", "stepsPerRun", "backend",
  "threads", "signal",
];

/**
 * Trains a point model: a record a step, then the model. Stops early at `signal`, with the model as it is then.
 * @throws DriftfieldError "unknown_option", "invalid_option", "not_finite"; "shape_mismatch" for a foreign checkpoint
 */
export async function* trainPoints(request: PointTraining = {}): AsyncGenerator<PointTrainRecord, PointModel> {
  assertKnownKeys(request, keys, "train");
  const { seed = 1, resume, stepsPerRun = 50, threads = 1, signal } = request;
  const { config, data, recipe } = chosenPoints(request);
  const { steps = recipe.steps } = request;
  const task = pointTask(config, data, recipe, seed);
  const registry = registryOf(task.loss, task.batch);
  let state = resume === undefined ? initialState(registry, seed) : await stateFrom(resume, registry);
  const backend = request.backend ?? (await ownBackend());
  const loop = trainLoop(task, state, {
    ...pointLoopOptions(recipe),
    steps,
    stepsPerRun,
    backend,
    threads,
    ...(signal && { signal }),
  });
  try {
    for (;;) {
      const next = await loop.next();
      if (next.done) return averaged(config, registry, next.value);
      const { step, loss, gradientNorm, rate, stepsPerSecond, secondsLeft } = next.value;
      const after = (state = next.value.state);
      yield {
        step, steps, loss, gradientNorm, rate, stepsPerSecond, secondsLeft,
        model: () => averaged(config, registry, after),
        checkpoint: () => encodeState(after, registry, { task: task.name, seed: String(seed) }),
      };
    }
  } finally {
    await loop.return(state); // frees the engine where the caller left
  }
}

/** What a recipe asks of the training loop. */
export function pointLoopOptions(recipe: PointRecipe): Pick<TrainOptions, "rate"> & Partial<TrainOptions> {
  const { rate, warmup, cooldown, emaDecay, beta2, weightDecay } = recipe;
  const optimizer = { beta2, weightDecay, decayAll: true, clipNorm: Infinity };
  return { fused: true, rate, warmup, cooldown, emaDecay, optimizer };
}

async function ownBackend(): Promise<Backend> {
  return typeof globalThis.process?.versions?.node === "string" ? nodeBackend() : webBackend();
}

function averaged(config: PointConfig, registry: Registry, { arrays }: TrainingState): PointModel {
  return pointModel(config, new Map([...registry.keys()].map((name) => [name, arrays.get(`ema/${name}`)!.slice()])));
}
