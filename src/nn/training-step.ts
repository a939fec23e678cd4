// A training step as graph: forward, backward, clip, AdamW and EMA in one run, several steps at a time.
import {
  add,
  at,
  constant,
  grad,
  input,
  loop,
  mul,
  parameter,
  reshape,
  slice,
  sub,
  type DType,
  type Sym,
} from "../graph/index.ts";
import { adamWDefaults, adamWUpdate, clipFactor, decays, globalNorm, type AdamWOptions } from "./adamw.ts";
import { Scope, type Registry } from "./scope.ts";

/** One batch's inputs: names with shapes (batch axis first) and dtypes. */
export type BatchShapes = Readonly<Record<string, { shape: readonly number[]; dtype: DType }>>;

/**
 * A model's loss on one batch, and other scalars worth recording. With `ranks` processes the batch is one process's
 * share, and the loss's mean over them is that of the whole batch (see graph's gatherRanks and meanOverRanks).
 */
export type LossFunction = (
  scope: Scope,
  batch: Readonly<Record<string, Sym>>,
  ranks?: number,
) => { loss: Sym; records?: Readonly<Record<string, Sym>> };

export type TrainingGraph = {
  registry: Registry;
  /** For compile(): state slots ("parameter/...", "moment1/...", "moment2/...", "ema/...") and "record/...". */
  outputs: Record<string, Sym>;
  /** Scalars recorded at each step, "loss" and "gradientNorm" first. */
  records: readonly string[];
};

export const STATE_GROUPS = ["parameter", "moment1", "moment2", "ema"] as const;

/** Finds all slots of a loss by building it once. */
export function registryOf(lossFunction: LossFunction, batch: BatchShapes, ranks = 1): Registry {
  const scope = new Scope();
  lossFunction(
    scope,
    Object.fromEntries(Object.entries(batch).map(([name, { shape, dtype }]) => [name, input(name, shape, dtype)])),
    ranks,
  );
  return scope.registry;
}

type Updated = { parameters: Sym[]; moments1: Sym[]; moments2: Sym[] };

/** The update of all slots from their gradients, clipped together. `row` (3): rate and both bias corrections. */
function updateAll(
  registry: Registry,
  state: readonly Sym[],
  gradients: readonly Sym[],
  row: Sym,
  options: AdamWOptions,
): Updated & { norm: Sym } {
  const count = registry.size;
  const [rate, correction1, correction2] = [0, 1, 2].map((i) => reshape(slice(row, 0, i, i + 1), []));
  const norm = globalNorm(gradients);
  const clip = clipFactor(norm, options.clipNorm);
  const slots = [...registry].map(([name, { shape }], i) =>
    adamWUpdate(
      {
        parameter: state[i],
        gradient: gradients[i],
        moment1: state[count + i],
        moment2: state[2 * count + i],
        decay: options.decayAll || decays(name, shape),
      },
      clip,
      { rate, correction1, correction2 },
      options,
    ),
  );
  return {
    parameters: slots.map((slot) => slot.parameter),
    moments1: slots.map((slot) => slot.moment1),
    moments2: slots.map((slot) => slot.moment2),
    norm,
  };
}

/** Slots of a group as inputs of the run: "in/<group>/<name>". */
const stateInputs = (registry: Registry, group: string): Sym[] =>
  [...registry].map(([name, { shape }]) => parameter(`in/${group}/${name}`, shape));

/** The batches of several steps as inputs with a leading axis, and the one of the step `turn`. */
export function stackedInputs(batch: BatchShapes, stepsPerRun: number): (turn: Sym) => Record<string, Sym> {
  const stacked = Object.entries(batch).map(
    ([name, { shape, dtype }]) => [name, input(name, [stepsPerRun, ...shape], dtype)] as const,
  );
  return (turn) => Object.fromEntries(stacked.map(([name, sym]) => [name, at(sym, turn)]));
}

const average = (ema: Sym, value: Sym, keep: Sym): Sym => add(value, mul(sub(ema, value), keep));

/**
 * `stepsPerRun` steps as one graph. Inputs: "in/parameter/...", moments and ema likewise; the batch's inputs with a
 * leading axis of stepsPerRun; "numbers" (stepsPerRun, 3): rate and both bias corrections 1 / (1 - beta^t); "emaKeep":
 * the share of the EMA that stays over all of this run's steps.
 */
export function trainingGraph(
  lossFunction: LossFunction,
  batch: BatchShapes,
  { stepsPerRun = 1, optimizer = {} }: { stepsPerRun?: number; optimizer?: Partial<AdamWOptions> } = {},
): TrainingGraph {
  const options = { ...adamWDefaults, ...optimizer };
  const registry = registryOf(lossFunction, batch);
  const names = [...registry.keys()];
  const count = names.length;
  const numbers = input("numbers", [stepsPerRun, 3]);
  const batchAt = stackedInputs(batch, stepsPerRun);
  let records: string[] = [];

  const step = (turn: Sym, state: readonly Sym[]): { state: Sym[]; records: Sym[] } => {
    const values = state.slice(0, count);
    const built = buildLoss(lossFunction, names, values, batchAt(turn));
    const { parameters, moments1, moments2, norm } = updateAll(
      registry,
      state,
      grad(built.loss, values),
      at(numbers, turn),
      options,
    );
    records = ["loss", "gradientNorm", ...Object.keys(built.records ?? {})];
    return {
      state: [...parameters, ...moments1, ...moments2],
      records: [built.loss, norm, ...Object.values(built.records ?? {})],
    };
  };

  const before = ["parameter", "moment1", "moment2"].flatMap((group) => stateInputs(registry, group));
  const after = stepsPerRun > 1 ? loop(stepsPerRun, before, step) : step(constant(Int32Array.of(0), []), before);
  const keep = input("emaKeep", []);
  const emas = stateInputs(registry, "ema");
  const outputs: Record<string, Sym> = {};
  names.forEach((name, i) => {
    outputs[`parameter/${name}`] = after.state[i];
    outputs[`moment1/${name}`] = after.state[count + i];
    outputs[`moment2/${name}`] = after.state[2 * count + i];
    outputs[`ema/${name}`] = average(emas[i], after.state[i], keep);
  });
  records.forEach((name, i) => {
    outputs[`record/${name}`] = reshape(after.records[i], [stepsPerRun]);
  });
  return { registry, outputs, records };
}

function buildLoss(
  lossFunction: LossFunction,
  names: readonly string[],
  values: readonly Sym[],
  batch: Readonly<Record<string, Sym>>,
  ranks = 1,
) {
  const byName = new Map(names.map((name, i) => [name, values[i]]));
  return lossFunction(new Scope(new Map(), (name) => byName.get(name)!), batch, ranks);
}

/**
 * The first half of a step alone: loss and gradients. Inputs: "in/parameter/..." and the batch's. Outputs:
 * "gradient/<name>" and "record/...": for engines that average gradients over `ranks` processes before the update, each
 * with its share `batch`.
 */
export function gradientGraph(lossFunction: LossFunction, batch: BatchShapes, ranks = 1): TrainingGraph {
  const registry = registryOf(lossFunction, batch, ranks);
  const names = [...registry.keys()];
  const values = stateInputs(registry, "parameter");
  const inputs = Object.entries(batch).map(([name, { shape, dtype }]) => [name, input(name, shape, dtype)] as const);
  const built = buildLoss(lossFunction, names, values, Object.fromEntries(inputs), ranks);
  const outputs: Record<string, Sym> = {};
  grad(built.loss, values).forEach((gradient, i) => {
    outputs[`gradient/${names[i]}`] = gradient;
  });
  const recorded = { loss: built.loss, ...built.records };
  for (const [name, sym] of Object.entries(recorded)) outputs[`record/${name}`] = sym;
  return { registry, outputs, records: Object.keys(recorded) };
}

/**
 * The second half alone. Inputs: the state, "gradient/<name>", "numbers" (3) and "emaKeep"; outputs: the next state and
 * "record/gradientNorm".
 */
export function updateGraph(registry: Registry, optimizer: Partial<AdamWOptions> = {}): TrainingGraph {
  const names = [...registry.keys()];
  const [values, moments1, moments2, emas] = STATE_GROUPS.map((group) => stateInputs(registry, group));
  const gradients = [...registry].map(([name, { shape }]) => input(`gradient/${name}`, shape));
  const state = [...values, ...moments1, ...moments2];
  const updated = updateAll(registry, state, gradients, input("numbers", [3]), { ...adamWDefaults, ...optimizer });
  const keep = input("emaKeep", []);
  const outputs: Record<string, Sym> = {};
  names.forEach((name, i) => {
    outputs[`parameter/${name}`] = updated.parameters[i];
    outputs[`moment1/${name}`] = updated.moments1[i];
    outputs[`moment2/${name}`] = updated.moments2[i];
    outputs[`ema/${name}`] = average(emas[i], updated.parameters[i], keep);
  });
  outputs["record/gradientNorm"] = updated.norm;
  return { registry, outputs, records: ["gradientNorm"] };
}
