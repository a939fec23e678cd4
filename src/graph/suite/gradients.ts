// Gradients against central differences along random directions, for many cases in one session.
//
// loss = sum(R y), R fixed and random. Along a direction v the derivative is compared with a fourth-order difference,
// (8 (L(h) - L(-h)) - (L(2h) - L(-2h))) / (12 h), where the losses are summed on the host in float64 from y: only the
// rounding of y itself is left. Inputs and steps are multiples of 2^-10, so that x + h v is exact in float32.
import { sizeOf } from "../../core/index.ts";
import { grad } from "../grad.ts";
import { mul } from "../ops/elementwise.ts";
import { constant, input } from "../ops/leaf.ts";
import { sum } from "../ops/reduce.ts";
import type { Sym } from "../sym.ts";
import { compileOn, type SuiteBackend, type Values } from "./backend.ts";
import { centred, type CaseBody, type OpCase, type Syms } from "./case.ts";
import { Rng } from "./rng.ts";

export type Verdict = { name: string; ok: boolean; detail: string };

const GRID = 1024;
const STEP = 1 / 32;
const UNIT = 2 ** -24;
const SAME = 2e-5; // of the largest value: two float32 ways to the same value
const FLOOR = 1 / 2; // inputs are of the size of 1: a smaller result is left of larger numbers that cancelled
const DIRECTIONS = 4;

type Prepared = {
  test: OpCase;
  body: CaseBody;
  key: string;
  values: Values;
  /** The float inputs, which directions move. */
  moved: string[];
  weights: Float32Array;
  rng: Rng;
  outputs: Record<string, Sym>;
};

/** Checks one case. */
export async function checkGradients(
  test: OpCase,
  backend: SuiteBackend,
  seed: number,
  threads?: number,
): Promise<Verdict> {
  return (await checkCases([test], { backend, threads }, seed))[0];
}

/** Checks many cases in one session; where that can't be made, each in its own, so that the one at fault is named. */
export async function checkCases(
  tests: readonly OpCase[],
  on: { backend: SuiteBackend; threads?: number },
  seed: number,
): Promise<Verdict[]> {
  try {
    const prepared = tests.map((test, i) => prepare(test, `${i}`, seed));
    return await measure(prepared, on);
  } catch (error) {
    if (tests.length === 1) return [{ name: tests[0].name, ok: false, detail: `seed ${seed}: ${String(error)}` }];
    const verdicts: Verdict[] = [];
    for (const test of tests) verdicts.push(...(await checkCases([test], on, seed)));
    return verdicts;
  }
}

function prepare(test: OpCase, key: string, seed: number): Prepared {
  const rng = new Rng(seed, test.name);
  const body = test.make(rng);
  const values: Record<string, number[]> = {};
  const syms: Syms = {};
  for (const [name, { shape, dtype = "float32", draw = centred }] of Object.entries(body.inputs)) {
    const numbers = draw(rng, sizeOf(shape));
    values[`${key}.${name}`] = dtype === "float32" ? numbers.map((x) => Math.round(x * GRID) / GRID) : numbers;
    syms[name] = input(`${key}.${name}`, shape, dtype);
  }
  const floats = Object.keys(syms).filter((name) => syms[name].dtype === "float32");
  const y = body.build(syms);
  const weights = Float32Array.from({ length: sizeOf(y.shape as number[]) }, () => rng.uniform(-1, 1));
  const outputs: Record<string, Sym> = { [`${key}:y`]: y };
  const add = (name: string, sym: Sym | undefined): unknown => sym && (outputs[`${key}:${name}`] = sym);
  add("same", body.same?.(syms));
  if (!test.forward) {
    add("differenced", body.differenced?.(syms));
    const loss = sum(mul(y, constant(weights, y.shape as number[])));
    grad(loss, floats.map((name) => syms[name])).forEach((gradient, i) => add(`d ${floats[i]}`, gradient));
  }
  return { test, body, key, values, moved: test.forward ? [] : floats, weights, rng, outputs };
}

async function measure(
  prepared: readonly Prepared[],
  on: { backend: SuiteBackend; threads?: number },
): Promise<Verdict[]> {
  const program = await compileOn(on, Object.assign({}, ...prepared.map(({ outputs }) => outputs)));
  const start: Values = Object.assign({}, ...prepared.map(({ values }) => values));
  try {
    const base = await program.run(start);
    const faults = prepared.map((item) => valueFaults(item, base));
    for (let k = 0; k < DIRECTIONS; k++) {
      // The first direction moves all inputs of a case at once, the next ones one input each.
      const directions = prepared.map((item) => direction(item, k));
      const along: Record<number, Values> = {};
      for (const times of [-2, -1, 1, 2]) along[times] = await program.run(displaced(start, directions, times));
      prepared.forEach((item, i) => faults[i].push(...slopeFaults(item, directions[i], base, along)));
    }
    return prepared.map(({ test }, i) => {
      return { name: test.name, ok: faults[i].length === 0, detail: faults[i].join("; ") };
    });
  } finally {
    await program.dispose();
  }
}

function direction({ moved, values, key, rng }: Prepared, k: number): Values {
  const chosen = k === 0 ? moved : moved.slice(k - 1, k);
  const component = (): number => Math.round(rng.uniform(-1, 1) * 32) / 32;
  return Object.fromEntries(chosen.map((name) => [`${key}.${name}`, values[`${key}.${name}`].map(component)]));
}

function displaced(start: Values, directions: readonly Values[], times: number): Values {
  const out: Record<string, readonly number[]> = { ...start };
  for (const moves of directions) {
    for (const [name, v] of Object.entries(moves)) out[name] = start[name].map((x, i) => x + times * STEP * v[i]);
  }
  return out;
}

function valueFaults({ key, body, values }: Prepared, base: Values): string[] {
  const y = base[`${key}:y`];
  const given = Object.fromEntries(Object.keys(body.inputs).map((name) => [name, values[`${key}.${name}`]]));
  const host = body.expect?.(given);
  return [
    ["the same written otherwise", base[`${key}:same`]],
    ["the host's value", host],
  ].flatMap(([what, other]) => {
    if (other === undefined) return [];
    const distance = relativeDistance(y, other as readonly number[], FLOOR);
    return distance <= SAME ? [] : [`differs from ${what as string} by ${distance}`];
  });
}

/** The largest difference over the largest value of `b`, or `floor`. Infinite where lengths or NaNs differ. */
export function relativeDistance(a: readonly number[], b: readonly number[], floor = 1e-30): number {
  if (a.length !== b.length) return Infinity;
  let [difference, size] = [0, floor];
  for (const [i, value] of a.entries()) {
    if (Object.is(value, b[i]) || value === b[i]) continue;
    if (!Number.isFinite(value) || !Number.isFinite(b[i])) return Infinity;
    difference = Math.max(difference, Math.abs(value - b[i]));
  }
  for (const value of b) if (Number.isFinite(value)) size = Math.max(size, Math.abs(value));
  return difference / size;
}

function slopeFaults(
  { key, body, weights }: Prepared,
  moves: Values,
  base: Values,
  along: Record<number, Values>,
): string[] {
  const names = Object.keys(moves);
  if (names.length === 0) return [];
  const output = body.differenced ? `${key}:differenced` : `${key}:y`;
  const loss = (values: Values): number => dot(values[output], weights);
  const near = (loss(along[1]) - loss(along[-1])) / (2 * STEP);
  const far = (loss(along[2]) - loss(along[-2])) / (4 * STEP);
  const measured = (4 * near - far) / 3;
  const gradient = (name: string): readonly number[] => base[`${key}:d ${name.slice(key.length + 1)}`];
  const terms = names.flatMap((name) => gradient(name).map((g, i) => g * moves[name][i]));
  const derived = terms.reduce((a, b) => a + b, 0);
  const tolerance = bound(base[output], weights, terms, near - far);
  if (Math.abs(measured - derived) <= tolerance) return []; // NaN fails
  const by = names.map((name) => name.slice(key.length + 1)).join(", ");
  return [`along ${by}: derived ${derived}, measured ${measured}, tolerance ${tolerance}`];
}

const dot = (a: readonly number[], b: ArrayLike<number>): number =>
  a.reduce((total, value, i) => total + value * b[i], 0);
const norm = (values: Iterable<number>): number => Math.hypot(...values);

/**
 * What float32 may cost: the rounding of every y (a few units, independent of each other) over the step, that of the
 * gradient's terms, and a part of the difference's own error: the two steps disagree in h^2, the result is off in h^4.
 */
function bound(y: readonly number[], weights: Float32Array, terms: readonly number[], disagreement: number): number {
  const largest = y.reduce((top, value) => Math.max(top, Math.abs(value)), FLOOR);
  const rounding = (16 * UNIT * norm(weights) * largest) / STEP;
  const own = 64 * UNIT * norm(terms);
  return rounding + own + Math.abs(disagreement) / 16;
}
