// A training step as graph: forward, backward, clip, AdamW and EMA in one run, several steps at a time.
import { add, at, constant, grad, input, loop, mul, parameter, reshape, sub, type DType, type Sym } from "../graph/index.ts";
import { adamWDefaults, adamWUpdate, clipFactor, decays, globalNorm, type AdamWOptions } from "./adamw.ts";
import { Scope, type Registry } from "./scope.ts";

/** One batch's inputs: names with shapes (batch axis first) and dtypes. */
export type BatchShapes = Readonly<Record<string, { shape: readonly number[]; dtype: DType }>>;

/** A model's loss on one batch, and other scalars worth recording. */
export type LossFunction = (scope: Scope, batch: Readonly<Record<string, Sym>>) => { loss: Sym; records?: Readonly<Record<string, Sym>> };

export type TrainingGraph = {
  registry: Registry;
  /** For compile(): state slots ("parameter/...", "moment1/...", "moment2/...", "ema/...") and "record/...". */
  outputs: Record<string, Sym>;
  /** Scalars recorded at each step, "loss" and "gradientNorm" first. */
  records: readonly string[];
};

export const STATE_GROUPS = ["parameter", "moment1", "moment2", "ema"] as const;

/** Finds all slots of a loss by building it once. */
export function registryOf(lossFunction: LossFunction, batch: BatchShapes): Registry {
  const scope = new Scope();
  lossFunction(scope, Object.fromEntries(Object.entries(batch).map(([name, { shape, dtype }]) => [name, input(name, shape, dtype)])));
  return scope.registry;
}

/**
 * `stepsPerRun` steps as one graph. Inputs: "in/parameter/...", moments and ema likewise; the batch's inputs with a
 * leading axis of stepsPerRun; "numbers" (stepsPerRun, 3): rate and both bias corrections; "emaKeep": the share of the
 * EMA that stays over all of this run's steps.
 */
export function trainingGraph(
  lossFunction: LossFunction,
  batch: BatchShapes,
  { stepsPerRun = 1, optimizer = {} }: { stepsPerRun?: number; optimizer?: Partial<AdamWOptions> } = {},
): TrainingGraph {
  const options = { ...adamWDefaults, ...optimizer };
  const registry = registryOf(lossFunction, batch);
  const slots = [...registry];
  const stateInput = (group: string): Sym[] => slots.map(([name, { shape }]) => parameter(`in/${group}/${name}`, shape));
  const numbers = input("numbers", [stepsPerRun, 3]);
  const stacked = Object.entries(batch).map(([name, { shape, dtype }]) => [name, input(name, [stepsPerRun, ...shape], dtype)] as const);
  let records: string[] = [];

  const step = (turn: Sym, state: readonly Sym[]): { state: Sym[]; records: Sym[] } => {
    const [values, first, second] = [0, 1, 2].map((group) => state.slice(group * slots.length, (group + 1) * slots.length));
    const byName = new Map(slots.map(([name], i) => [name, values[i]]));
    const scope = new Scope(new Map(), (name) => byName.get(name)!);
    const built = lossFunction(scope, Object.fromEntries(stacked.map(([name, sym]) => [name, at(sym, turn)])));
    const gradients = grad(built.loss, values);
    const norm = globalNorm(gradients);
    const row = at(numbers, turn); // (3)
    const [rate, correction1, correction2] = [0, 1, 2].map((i) => reshape(at(row, constant(Int32Array.of(i), [])), []));
    const clip = clipFactor(norm, options.clipNorm);
    const updated = slots.map(([name, { shape }], i) =>
      adamWUpdate(
        { parameter: values[i], gradient: gradients[i], moment1: first[i], moment2: second[i], decay: decays(name, shape) },
        clip, { rate, correction1, correction2 }, options,
      ),
    );
    const extra = built.records ?? {};
    records = ["loss", "gradientNorm", ...Object.keys(extra)];
    return {
      state: [...updated.map((slot) => slot.parameter), ...updated.map((slot) => slot.moment1), ...updated.map((slot) => slot.moment2)],
      records: [built.loss, norm, ...Object.values(extra)],
    };
  };

  const before = [...stateInput("parameter"), ...stateInput("moment1"), ...stateInput("moment2")];
  const after = stepsPerRun > 1 ? loop(stepsPerRun, before, step) : step(constant(Int32Array.of(0), []), before);
  const keep = input("emaKeep", []);
  const outputs: Record<string, Sym> = {};
  slots.forEach(([name], i) => {
    const value = after.state[i];
    const ema = parameter(`in/ema/${name}`, slots[i][1].shape);
    outputs[`parameter/${name}`] = value;
    outputs[`moment1/${name}`] = after.state[slots.length + i];
    outputs[`moment2/${name}`] = after.state[2 * slots.length + i];
    outputs[`ema/${name}`] = add(value, mul(sub(ema, value), keep));
  });
  records.forEach((name, i) => {
    outputs[`record/${name}`] = reshape(after.records[i], [stepsPerRun]);
  });
  return { registry, outputs, records };
}
