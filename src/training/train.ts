// The training loop: a generator of records. Several steps run in one call of the engine; state goes back and forth
// between two sets of arrays, so that the one before a failed run is still whole.
import { DriftfieldError } from "../core/index.ts";
import {
  adamWDefaults,
  fusedTrainingGraph,
  trainingGraph,
  type AdamWOptions,
  type BatchShapes,
  type LossFunction,
} from "../nn/index.ts";
import { compile, type Backend, type Data, type Weights } from "../runtime/index.ts";
import type { Recipe } from "./recipe.ts";
import { emptyArrays, flattened, type TrainingState } from "./state.ts";

/** What there is to learn: a loss, and batches as a pure function of the step (so that a run resumes bit for bit). */
export type Task = {
  name: string;
  loss: LossFunction;
  batch: BatchShapes;
  /** Samples in one batch, for the rate. */
  batchSize: number;
  /** The batch of step `step` (from 0). Called once a step, in order or not. */
  makeBatch(step: number): Record<string, Data>;
  /** Weights that don't learn. */
  frozen?: Weights;
  /** The same batches for another engine; without it, they are stored whole (see recipe.ts). */
  recipe?: Recipe;
};

export type TrainOptions = {
  /** The last step, counted from the run's beginning; Infinity for none. */
  steps: number;
  /** Steps in one call of the engine, at most. */
  stepsPerRun?: number;
  /** All parameters in one array: several times faster for models of some 100,000 numbers and less. */
  fused?: boolean;
  /** Peak learning rate: warmed up over `warmup` steps, then constant, falling to 0 over the last `cooldown` share. */
  rate: number;
  warmup?: number;
  cooldown?: number;
  /** Share of the EMA that stays after one step. */
  emaDecay?: number;
  optimizer?: Partial<AdamWOptions>;
  backend: Backend;
  threads?: number;
  signal?: AbortSignal;
  /** Steps so far and the share of the run that is done, 0 to 1: by time where a run is limited by minutes. */
  progress?: (step: number) => number;
};

export type TrainRecord = {
  step: number;
  loss: number;
  gradientNorm: number;
  rate: number;
  samplesPerSecond: number;
  stepsPerSecond: number;
  secondsLeft: number | null;
  /** Further scalars of the task, by name. */
  extra: Readonly<Record<string, number>>;
  /** The state after this record's run; its arrays are reused two runs later. */
  state: TrainingState;
};

/** The learning rate at `fraction` (0 to 1) of a run and step `step`. */
export function rateAt(
  step: number,
  fraction: number,
  { rate, warmup = 100, cooldown = 0.2 }: Pick<TrainOptions, "rate" | "warmup" | "cooldown">,
): number {
  const rising = Math.min(1, (step + 1) / warmup);
  const falling = cooldown > 0 ? Math.min(1, Math.max(0, (1 - fraction) / cooldown)) : 1;
  return rate * rising * falling;
}

/**
 * Yields a record a step. The state moves on in `state`'s place: take it from the records. Stops at a loss that isn't
 * finite.
 */
export async function* trainLoop(
  task: Task,
  start: TrainingState,
  options: TrainOptions,
): AsyncGenerator<TrainRecord, TrainingState> {
  const { steps, backend, threads, signal, fused = false } = options;
  const stepsPerRun = stepsAtOnce(options.stepsPerRun ?? 1, steps - start.step);
  const graph = (fused ? fusedTrainingGraph : trainingGraph)(task.loss, task.batch, {
    stepsPerRun,
    ...(options.optimizer && { optimizer: options.optimizer }),
  });
  const program = await compile(graph.outputs, {
    backend,
    name: task.name,
    ...(task.frozen && { weights: task.frozen }),
    ...(threads !== undefined && { threads }),
  });
  const progress = options.progress ?? ((at: number) => at / steps);
  const clock = trainingClock(start.step, progress, task.batchSize);
  // What the engine is fed: every array, or the flat ones that they are parts of.
  const sides = [start.arrays, emptyArrays(start.arrays)].map((arrays) =>
    fused ? flattened(arrays, graph.registry) : { fed: arrays, arrays },
  );
  let [here, there] = sides;
  let { step } = start;
  try {
    while (step < steps && !signal?.aborted && progress(step) < 1) {
      const rates = Array.from({ length: stepsPerRun }, (_, i) => rateAt(step + i, progress(step + i), options));
      const feeds = stack(rates.map((_, i) => task.makeBatch(step + i)));
      for (const [name, values] of here.fed) feeds[`in/${name}`] = values;
      Object.assign(feeds, optimizerFeeds(step, rates, options));
      const results = await program.run(feeds, Object.fromEntries(there.fed));
      const recorded = graph.records.map((name) => results[`record/${name}`].data as Float32Array);
      const bad = recorded[0].findIndex((loss, i) => !Number.isFinite(loss) || !Number.isFinite(recorded[1][i]));
      if (bad >= 0) throw notFinite(task, step + bad, recorded[0][bad], recorded[1][bad]);
      [here, there] = [there, here];
      const times = clock(step + stepsPerRun);
      const state: TrainingState = { step: step + stepsPerRun, arrays: here.arrays };
      for (const [i, rate] of rates.entries()) {
        const [loss, gradientNorm, ...others] = recorded.map((values) => values[i]);
        const extra = Object.fromEntries(others.map((value, k) => [graph.records[k + 2], value]));
        yield { step: step + i + 1, loss, gradientNorm, rate, ...times, extra, state };
      }
      step += stepsPerRun;
    }
  } finally {
    await program.dispose();
  }
  return { step, arrays: here.arrays };
}

type Times = Pick<TrainRecord, "stepsPerSecond" | "samplesPerSecond" | "secondsLeft">;

/** How fast it goes and how long it takes yet, once step `at` is done. */
function trainingClock(first: number, progress: (step: number) => number, batchSize: number): (at: number) => Times {
  const started = performance.now();
  const begin = progress(first);
  return (at) => {
    const seconds = (performance.now() - started) / 1000;
    const stepsPerSecond = (at - first) / seconds;
    const after = progress(at);
    return {
      stepsPerSecond,
      samplesPerSecond: stepsPerSecond * batchSize,
      secondsLeft: after > begin ? ((1 - after) / (after - begin)) * seconds : null,
    };
  };
}

/** What AdamW and the running average are told for the steps from `step` on, one rate each. */
function optimizerFeeds(
  step: number,
  rates: readonly number[],
  { emaDecay = 0.999, optimizer }: Pick<TrainOptions, "emaDecay" | "optimizer">,
): Record<string, Data> {
  const { beta1, beta2 } = { ...adamWDefaults, ...optimizer };
  // Early on the average forgets faster, so that it isn't held by the first values.
  const decay = Math.min(emaDecay, (1 + step) / (10 + step));
  return {
    numbers: Float32Array.from(
      rates.flatMap((rate, i) => [rate, 1 / (1 - beta1 ** (step + i + 1)), 1 / (1 - beta2 ** (step + i + 1))]),
    ),
    emaKeep: Float32Array.of(decay ** rates.length),
  };
}

function notFinite(task: Task, step: number, loss: number, gradientNorm: number): DriftfieldError {
  const lost = !Number.isFinite(loss);
  const what = lost ? "loss" : "gradient's norm";
  const received = lost ? loss : gradientNorm;
  return new DriftfieldError(
    "not_finite",
    `${task.name}: the ${what} of step ${step + 1} (batch ${step}) is ${received}`,
    {
      path: `step ${step + 1}`,
      received,
      expected: "a finite number",
      hint: "Train with a lower rate.",
    },
  );
}

/** Steps in one call of the engine: as many as wanted, or fewer, so that the run ends at its last step. */
function stepsAtOnce(wanted: number, left: number): number {
  if (left === Infinity) return wanted;
  let steps = wanted;
  while (left % steps !== 0) steps--;
  return steps;
}

/** Joins the batches of several steps along a new leading axis. */
function stack(batches: Record<string, Data>[]): Record<string, Data> {
  if (batches.length === 1) return { ...batches[0] };
  return Object.fromEntries(
    Object.entries(batches[0]).map(([name, first]) => {
      const Kind = first.constructor as new (length: number) => Float32Array;
      const joined = new Kind(first.length * batches.length);
      batches.forEach((batch, i) => joined.set(batch[name] as Float32Array, i * first.length));
      return [name, joined as Data];
    }),
  );
}
