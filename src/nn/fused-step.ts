// The training step of a small model: all parameters in one flat array, so that the optimiser is a handful of nodes
// whatever the number of layers. A small step's time goes to nodes, not to numbers.
import { sizeOf } from "../core/index.ts";
import {
  add, at, concat, constant, div, grad, input, loop, mul, reshape, split, sqrt, square, sub, sum, type Sym,
} from "../graph/index.ts";
import { adamWDefaults, clipFactor, decays, type AdamWOptions } from "./adamw.ts";
import { Scope, type Registry } from "./scope.ts";
import { registryOf, stackedInputs, type BatchShapes, type LossFunction, type TrainingGraph } from "./training-step.ts";

/** How many numbers all slots hold together: the length of a flat array, slots in the registry's order. */
export function flatSize(registry: Registry): number {
  let size = 0;
  for (const { shape } of registry.values()) size += sizeOf(shape);
  return size;
}

/**
 * As `trainingGraph`, with state in flat arrays: inputs "in/parameter", "in/moment1", "in/moment2", "in/ema" of
 * flatSize(registry) numbers each, outputs without "in/".
 */
export function fusedTrainingGraph(
  lossFunction: LossFunction,
  batch: BatchShapes,
  { stepsPerRun = 1, optimizer = {} }: { stepsPerRun?: number; optimizer?: Partial<AdamWOptions> } = {},
): TrainingGraph {
  const options = { ...adamWDefaults, ...optimizer };
  const registry = registryOf(lossFunction, batch);
  const size = flatSize(registry);
  const numbers = input("numbers", [stepsPerRun, 3]);
  const batchAt = stackedInputs(batch, stepsPerRun);
  const [parameters, moment1, moment2, ema] = ["parameter", "moment1", "moment2", "ema"].map((group) =>
    input(`in/${group}`, [size]),
  );
  const decay = decayOf(registry, options);
  const scalars = stepScalars(numbers, options);
  let records: string[] = [];

  const step = (turn: Sym, [flat, sum1, sum2]: readonly Sym[]): { state: Sym[]; records: Sym[] } => {
    const slots = unpack(flat, registry);
    const built = lossFunction(new Scope(new Map(), (name) => slots.get(name)!), batchAt(turn));
    const gradients = grad(built.loss, [...slots.values()]);
    const rows = gradients.map((g) => reshape(g, [1, g.shape.reduce<number>((a, b) => a * Number(b), 1)]));
    const gradient = reshape(concat(rows, 1), [size]);
    const next = flatUpdate({ flat, sum1, sum2, gradient, decay, scalars: at(scalars, turn) }, options);
    records = ["loss", "gradientNorm", ...Object.keys(built.records ?? {})];
    return { state: next.state, records: [built.loss, next.norm, ...Object.values(built.records ?? {})] };
  };

  // Within a run the moments are sums, not averages: two passes over memory less at every step.
  const { beta1, beta2 } = options;
  const before = [parameters, mul(moment1, 1 / (1 - beta1)), mul(moment2, 1 / (1 - beta2))];
  const after = stepsPerRun > 1 ? loop(stepsPerRun, before, step) : step(constant(Int32Array.of(0), []), before);
  const [last, sum1, sum2] = after.state;
  const outputs: Record<string, Sym> = {
    parameter: last,
    moment1: mul(sum1, 1 - beta1),
    moment2: mul(sum2, 1 - beta2),
    ema: add(last, mul(sub(ema, last), input("emaKeep", []))),
  };
  records.forEach((name, i) => {
    outputs[`record/${name}`] = reshape(after.records[i], [stepsPerRun]);
  });
  return { registry, outputs, records };
}

/** The slots of a flat array, by name. */
function unpack(flat: Sym, registry: Registry): Map<string, Sym> {
  const shapes = [...registry.values()].map(({ shape }) => shape);
  const pieces = split(flat, shapes.map((shape) => sizeOf(shape)), 0);
  return new Map([...registry.keys()].map((name, i) => [name, reshape(pieces[i], shapes[i])]));
}

/** What weight decay takes off each number at rate 1: one for all, or a number each; null for none. */
function decayOf(registry: Registry, { weightDecay, decayAll }: AdamWOptions): number | Sym | null {
  if (weightDecay === 0) return null;
  const shares = [...registry].flatMap(([name, { shape }]) => {
    const share = decayAll || decays(name, shape) ? weightDecay : 0;
    return new Array<number>(sizeOf(shape)).fill(share);
  });
  return shares.every((share) => share === weightDecay) ? weightDecay : constant(Float32Array.from(shares));
}

/**
 * What the update of each step needs (stepsPerRun, 3), worked out for all of them at once: with r^2 = c2 (1 - b2),
 * rate c1 (1 - b1) s1 / (sqrt(c2 (1 - b2) s2) + eps) = (rate c1 (1 - b1) / r) s1 / (sqrt(s2) + eps / r); and the rate.
 */
function stepScalars(numbers: Sym, { beta1, beta2, epsilon }: AdamWOptions): Sym {
  const [rate, correction1, correction2] = split(numbers, [1, 1, 1], 1);
  const root = sqrt(mul(correction2, 1 - beta2));
  return concat([mul(rate, div(mul(correction1, 1 - beta1), root)), div(constant(epsilon), root), rate], 1);
}

type Flat = { flat: Sym; sum1: Sym; sum2: Sym; gradient: Sym; decay: number | Sym | null; scalars: Sym };

/** AdamW (Loshchilov & Hutter 2019, algorithm 2) on flat arrays, with the moments as sums: m / (1 - beta). */
function flatUpdate(state: Flat, options: AdamWOptions): { state: Sym[]; norm: Sym } {
  const { beta1, beta2, clipNorm } = options;
  const [step, epsilon, rate] = split(state.scalars, [1, 1, 1], 0);
  const squares = square(state.gradient);
  const norm = sqrt(sum(squares));
  const clipped = clipNorm === Infinity ? state.gradient : mul(state.gradient, clipFactor(norm, clipNorm));
  const sum1 = add(mul(state.sum1, beta1), clipped);
  const sum2 = add(mul(state.sum2, beta2), clipNorm === Infinity ? squares : square(clipped));
  const direction = div(sum1, add(sqrt(sum2), epsilon));
  const kept = state.decay === null ? state.flat : mul(state.flat, sub(1, mul(rate, state.decay)));
  return { state: [sub(kept, mul(direction, step)), sum1, sum2], norm };
}
