// What a case of the suite is: an op applied to random inputs, as data.
import type { Sym } from "../sym.ts";
import type { Rng } from "./rng.ts";

/** Draws the numbers of an input. */
export type Draw = (rng: Rng, count: number) => number[];

export type InputSpec = { shape: readonly number[]; dtype?: "float32" | "int32" | "int64"; draw?: Draw };
export type Syms = Record<string, Sym>;

export type CaseBody = {
  inputs: Record<string, InputSpec>;
  /** The expression under test. */
  build(syms: Syms): Sym;
  /** Another expression that must have the same value. */
  same?(syms: Syms): Sym;
  /** The value, computed on the host from the inputs' numbers. */
  expect?(values: Record<string, readonly number[]>): readonly number[];
  /** What the gradient must be the gradient of, where that isn't `build` (ops that change it on purpose). */
  differenced?(syms: Syms): Sym;
};

export type OpCase = {
  /** The exported name of the op under test. */
  op: string;
  name: string;
  /** No gradient flows through it: only the value is tested. */
  forward: boolean;
  make(rng: Rng): CaseBody;
};

export function opCase(op: string, variant: string, make: (rng: Rng) => CaseBody): OpCase {
  return { op, name: `${op}: ${variant}`, forward: false, make };
}

export function forwardCase(op: string, variant: string, make: (rng: Rng) => CaseBody): OpCase {
  return { op, name: `${op}: ${variant}`, forward: true, make };
}

const fill = (one: (rng: Rng) => number): Draw => (rng, count) => Array.from({ length: count }, () => one(rng));

export const uniform = (low: number, high: number): Draw => fill((rng) => rng.uniform(low, high));
/** From -2 to 2: what an input gets that asks for nothing else. */
export const centred = uniform(-2, 2);
/** At least `gap` away from 0, where a function has a kink or a pole. */
export const awayFromZero = (gap: number): Draw =>
  fill((rng) => (rng.next() < 0.5 ? -1 : 1) * rng.uniform(gap, gap + 2));
/** All different, 1/2 apart, in random order; `offset` sets two such lists apart from each other. */
export const spaced = (offset = 0): Draw => (rng, count) =>
  rng.shuffle(Array.from({ length: count }, (_, i) => (i - Math.floor(count / 2)) / 2 + offset));
/** Integers below `end`. */
export const ids = (end: number): Draw => fill((rng) => rng.int(0, end - 1));
