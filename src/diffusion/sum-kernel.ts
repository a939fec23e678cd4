// A sum of a few arrays as WebAssembly with SIMD: a third of the time that a loop in JavaScript takes, the same bits.
import { wasm } from "../core/index.ts";
import type { Floats, Sum } from "./sum.ts";

const { addDoubles, demote, get, i32, i32Add, i32LessUnsigned, loadDoubleSplat, loadPair, moduleOf } = wasm;
const { mulDoubles, promote, repeat, set, store, storePair, subDoubles } = wasm;

/** Sums of more terms, and of shorter arrays, aren't worth the copying. */
const mostTerms = 4;
const fewest = 1024;
const most = 2 ** 20; // numbers at once: 4 MB an array, five of them at most are held
const page = 65536;
const head = 64; // bytes: up to four coefficients, then what tells of numbers that aren't finite

type Run = (...addresses: number[]) => void;
type Kernels = { memory: WebAssembly.Memory; run: Run[] };
let kernels: Kernels | null | undefined;

/**
 * The numbers of `terms`, and whether all of them are finite; undefined where the loop has to do it. Sums and products
 * are in float64, in the order of the loop, rounded once, so that both give the same bits.
 */
export function evaluateFast(terms: Sum, like: Floats): { data: Floats; finite: boolean } | undefined {
  const count = like.length;
  if (terms.length === 0 || terms.length > mostTerms) return undefined;
  if (count < fewest || count > most || count % 8 > 0) return undefined;
  if (!(like instanceof Float32Array) || !terms.every(([, array]) => array instanceof Float32Array)) return undefined;
  if (kernels === undefined) kernels = startKernels();
  if (kernels === null) return undefined;
  const { memory, run } = kernels;
  const [bytes, wanted] = [4 * count, head + 4 * count * (terms.length + 1)];
  const missing = Math.ceil((wanted - memory.buffer.byteLength) / page);
  if (missing > 0) memory.grow(missing);
  const floats = new Float32Array(memory.buffer);
  new Float64Array(memory.buffer, 0, terms.length).set(terms.map(([coefficient]) => coefficient));
  const places = [...terms.keys(), terms.length].map((i) => head + i * bytes);
  terms.forEach(([, array], i) => floats.set(array, places[i] / 4));
  const out = places[terms.length];
  run[terms.length](...places, out + bytes);
  const [low, high] = new Float64Array(memory.buffer, head - 16, 2);
  return { data: floats.slice(out / 4, out / 4 + count), finite: low === 0 && high === 0 };
}

/** All kernels; null where the engine has no SIMD, or a page's policy forbids WebAssembly. */
function startKernels(): Kernels | null {
  try {
    const memory = new WebAssembly.Memory({ initial: 1 });
    return { memory, run: [0, 1, 2, 3, 4].map((terms) => (terms > 0 ? kernelOf(terms, memory) : () => {})) };
  } catch {
    return null;
  }
}

/**
 * run(array, ..., out, end of out), addresses in bytes. x - x is 0 of finite numbers alone: the sum of these tells of
 * others. Eight numbers a round.
 */
function kernelOf(terms: number, memory: WebAssembly.Memory): Run {
  const [out, end, flag] = [terms, terms + 1, terms + 2];
  const [value, coefficient] = [flag + 1, (term: number) => flag + 2 + term];
  const indices = [...new Array<number>(terms).keys()];
  const term = (i: number, at: number) => [
    ...get(coefficient(i)), ...get(i), ...loadPair(at), ...promote, ...mulDoubles, ...(i > 0 ? addDoubles : []),
  ];
  const pair = (at: number) => [
    ...indices.flatMap((i) => term(i, at)), ...set(value),
    ...get(flag), ...get(value), ...get(value), ...subDoubles, ...addDoubles, ...set(flag),
    ...get(out), ...get(value), ...demote, ...storePair(at),
  ];
  const next = (pointer: number) => [...get(pointer), ...i32(32), ...i32Add, ...set(pointer)];
  const code = [
    ...indices.flatMap((i) => [...i32(0), ...loadDoubleSplat(8 * i), ...set(coefficient(i))]),
    ...repeat(
      [0, 8, 16, 24].flatMap(pair),
      [...indices, out].flatMap(next),
      [...get(out), ...get(end), ...i32LessUnsigned],
    ),
    ...i32(0), ...get(flag), ...store(head - 16),
  ];
  const bytes = moduleOf(code, { parameters: terms + 2, i32s: 0, v128s: terms + 2 });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { host: { memory } });
  return instance.exports.run as Run;
}
