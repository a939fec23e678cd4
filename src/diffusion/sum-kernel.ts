// A sum of a few arrays as WebAssembly with SIMD: a third of the time that a loop in JavaScript takes, the same bits.
import { wasm } from "../core/index.ts";
import type { Floats, Sum } from "./sum.ts";

const { addDoubles, demote, get, i32, i32Add, i32LessUnsigned, loadDoubleSplat, loadPair, moduleOf } = wasm;
const { mulDoubles, or, promote, repeat, set, store, storePair } = wasm;

/** Sums of more terms, and of shorter arrays, aren't worth the copying. */
const mostTerms = 5;
const fewest = 1024;
const most = 2 ** 20; // numbers at once: 4 MB an array, five of them at most are held
const page = 65536;
const head = 64; // bytes: up to five coefficients, then what tells of numbers that aren't finite

/** run(first array, ..., end of the first), addresses in bytes: the sum replaces the first array. */
type Run = (a: number, b: number, c?: number, d?: number, e?: number, f?: number) => void;
type Kernels = { memory: WebAssembly.Memory; run: Run[] };
let kernels: Kernels | null | undefined;

/** Views of the memory for arrays of one length: made once for a run, whose arrays all have it. */
type Desk = {
  count: number;
  coefficients: Float64Array;
  flags: Float64Array;
  slots: Float32Array[];
  /** The last sum's result, which the first slot still holds. */
  result?: Floats;
};
let desk: Desk | undefined;

/**
 * The numbers of `terms`, and whether all of them are finite; undefined where the loop has to do it. Sums and products
 * are in float64, in the order of the loop, rounded once, so that both give the same bits.
 * @param unchanged an array that nobody has written to since it was a result: it needn't be copied in again.
 */
export function evaluateFast(
  terms: Sum,
  like: Floats,
  unchanged?: Floats,
): { data: Floats; finite: boolean } | undefined {
  const used = addUp(terms, like, unchanged);
  if (used === undefined) return undefined;
  const data = used.slots[0].slice();
  used.result = data;
  return { data, finite: areFinite(used) };
}

/** Whether all of `array` is finite; undefined where the loop has to find out. */
export function finiteFast(array: Floats): boolean | undefined {
  const used = addUp([[1, array]], array);
  return used && areFinite(used);
}

const areFinite = ({ flags }: Desk): boolean => flags[0] === 0 && flags[1] === 0;

/** Leaves the sum of `terms` in the first slot of a desk. */
function addUp(terms: Sum, like: Floats, unchanged?: Floats): Desk | undefined {
  const count = like.length;
  if (terms.length === 0 || terms.length > mostTerms) return undefined;
  if (count < fewest || count > most || count % 8 > 0) return undefined;
  if (!(like instanceof Float32Array) || !terms.every(([, array]) => array instanceof Float32Array)) return undefined;
  if (kernels === undefined) kernels = startKernels();
  if (kernels === null) return undefined;
  const used = deskFor(kernels.memory, count, terms.length);
  const { coefficients, slots, result } = used;
  for (let i = 0; i < terms.length; i++) {
    const [coefficient, array] = terms[i];
    coefficients[i] = coefficient;
    if (i > 0 || array !== result || array !== unchanged) slots[i].set(array);
  }
  used.result = undefined;
  const [bytes, run] = [4 * count, kernels.run[terms.length]];
  const at = (slot: number) => head + slot * bytes;
  if (terms.length === 1) run(head, at(1));
  else if (terms.length === 2) run(head, at(1), at(1));
  else if (terms.length === 3) run(head, at(1), at(2), at(1));
  else if (terms.length === 4) run(head, at(1), at(2), at(3), at(1));
  else run(head, at(1), at(2), at(3), at(4), at(1));
  return used;
}

/** The desk of the last sum where it fits, else a new one. Memory grows to the largest that was asked for. */
function deskFor(memory: WebAssembly.Memory, count: number, terms: number): Desk {
  if (desk?.count === count && desk.slots.length >= terms) return desk;
  const missing = Math.ceil((head + 4 * count * terms - memory.buffer.byteLength) / page);
  if (missing > 0) memory.grow(missing);
  const { buffer } = memory;
  desk = {
    count,
    coefficients: new Float64Array(buffer, 0, mostTerms),
    flags: new Float64Array(buffer, head - 16, 2),
    slots: Array.from({ length: terms }, (_, i) => new Float32Array(buffer, head + 4 * count * i, count)),
  };
  return desk;
}

/** All kernels; null where the engine has no SIMD, or a page's policy forbids WebAssembly. */
function startKernels(): Kernels | null {
  try {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const counts = [...new Array<number>(mostTerms + 1).keys()];
    return { memory, run: counts.map((terms) => (terms > 0 ? kernelOf(terms, memory) : () => {})) };
  } catch {
    return null;
  }
}

/**
 * Eight numbers a round. Times 0 finite numbers alone are 0: the bits of all products together tell of others. (A sum
 * of differences would tell too, but additions wait for the same units as conversions.)
 */
function kernelOf(terms: number, memory: WebAssembly.Memory): Run {
  const indices = [...new Array<number>(terms).keys()];
  const [end, value, flag, zero] = [0, 1, 2, 3].map((i) => terms + i);
  const coefficient = (term: number) => terms + 4 + term;
  const term = (i: number, at: number) => [
    ...get(coefficient(i)), ...get(i), ...loadPair(at), ...promote, ...mulDoubles, ...(i > 0 ? addDoubles : []),
  ];
  const pair = (at: number) => [
    ...indices.flatMap((i) => term(i, at)), ...set(value),
    ...get(flag), ...get(value), ...get(zero), ...mulDoubles, ...or, ...set(flag),
    ...get(0), ...get(value), ...demote, ...storePair(at),
  ];
  const next = (pointer: number) => [...get(pointer), ...i32(32), ...i32Add, ...set(pointer)];
  const code = [
    ...indices.flatMap((i) => [...i32(0), ...loadDoubleSplat(8 * i), ...set(coefficient(i))]),
    ...repeat([0, 8, 16, 24].flatMap(pair), indices.flatMap(next), [...get(0), ...get(end), ...i32LessUnsigned]),
    ...i32(0), ...get(flag), ...store(head - 16),
  ];
  const bytes = moduleOf(code, { parameters: terms + 1, i32s: 0, v128s: terms + 3 });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { host: { memory } });
  return instance.exports.run as Run;
}
