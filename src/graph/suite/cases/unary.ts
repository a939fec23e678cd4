// Functions of one number, each with its host reference where JavaScript has one.
import {
  abs, cos, erf, exp, gelu, geluTanh, log, quickGelu, reciprocal, relu, sigmoid, sign, silu, sin, sqrt, tanh,
} from "../../ops/unary.ts";
import { add, mul } from "../../ops/elementwise.ts";
import type { Sym } from "../../sym.ts";
import { awayFromZero, centred, opCase, uniform, type Draw, type OpCase } from "../case.ts";

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
const wide = uniform(-5, 5);

type Row = [op: string, apply: (x: Sym) => Sym, draw: Draw, host?: (x: number) => number];
const rows: Row[] = [
  ["exp", exp, centred, Math.exp],
  ["log", log, uniform(0.5, 4), Math.log],
  ["sqrt", sqrt, uniform(0.5, 4), Math.sqrt],
  ["reciprocal", reciprocal, awayFromZero(0.7), (x) => 1 / x],
  ["abs", abs, awayFromZero(0.2), Math.abs],
  ["sign", sign, awayFromZero(0.2), Math.sign],
  ["sin", sin, wide, Math.sin],
  ["cos", cos, wide, Math.cos],
  ["erf", erf, centred],
  ["tanh", tanh, wide, Math.tanh],
  ["sigmoid", sigmoid, wide, logistic],
  ["relu", relu, awayFromZero(0.2), (x) => Math.max(x, 0)],
  ["gelu", gelu, wide],
  ["geluTanh", geluTanh, wide, (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))],
  ["silu", silu, wide, (x) => x * logistic(x)],
  ["quickGelu", quickGelu, wide, (x) => x * logistic(1.702 * x)],
];

export const unaryCases: readonly OpCase[] = [
  ...rows.map(([op, apply, draw, host]) =>
    opCase(op, "any rank", (rng) => ({
      inputs: { x: { shape: rng.shape(rng.int(0, 4)), draw } },
      build: ({ x }) => apply(x),
      ...(host && { expect: ({ x }: Record<string, readonly number[]>) => x.map(host) }),
    })),
  ),
  opCase("gelu", "x/2 (1 + erf(x / sqrt 2))", (rng) => ({
    inputs: { x: { shape: rng.shape(2), draw: wide } },
    build: ({ x }) => gelu(x),
    same: ({ x }) => mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1)),
  })),
];
