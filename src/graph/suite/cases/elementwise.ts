// Arithmetic with every way of broadcasting, comparisons, selection, casts.
import {
  add, cast, div, equal, greater, less, maximum, minimum, mul, neg, square, stopGradient, sub, where,
} from "../../ops/elementwise.ts";
import { broadcastTo } from "../../ops/shape.ts";
import type { Sym } from "../../sym.ts";
import { broadcastShapes } from "../../dim.ts";
import { awayFromZero, centred, forwardCase, ids, opCase, spaced, type Draw, type OpCase } from "../case.ts";
import type { Rng } from "../rng.ts";

type Pair = (rng: Rng) => [number[], number[]];
const pairs: Record<string, Pair> = {
  "equal shapes": (rng) => {
    const shape = rng.shape(rng.int(0, 4));
    return [shape, shape];
  },
  "a scalar on the left": (rng) => [[], rng.shape(3)],
  "a scalar on the right": (rng) => [rng.shape(2), []],
  "a row onto a matrix": (rng) => {
    const [rows, columns] = rng.shape(2, 2);
    return [[rows, columns], [columns]];
  },
  "a column and a row": (rng) => [[rng.int(2, 4), 1], [1, rng.int(2, 4)]],
  "a middle dimension of 1": (rng) => {
    const [a, b, c] = rng.shape(3, 2);
    return [[a, 1, c], [a, b, c]];
  },
  "both sides at once, ranks 2 and 4": (rng) => {
    const [a, b, c, d] = rng.shape(4, 2);
    return [[c, 1], [a, b, 1, d]];
  },
};

type Binary = (a: Sym, b: Sym) => Sym;
const binaries: [string, Binary, Draw, Draw][] = [
  ["add", add, centred, centred],
  ["sub", sub, centred, centred],
  ["mul", mul, centred, centred],
  ["div", div, centred, awayFromZero(0.7)],
  ["maximum", maximum, spaced(), spaced(0.25)],
  ["minimum", minimum, spaced(), spaced(0.25)],
];

const arithmetic = Object.entries(pairs).flatMap(([variant, pair]) =>
  binaries.map(([op, apply, drawA, drawB]) =>
    opCase(op, variant, (rng) => {
      const [a, b] = pair(rng);
      const whole = broadcastShapes(a, b)!;
      return {
        inputs: { a: { shape: a, draw: drawA }, b: { shape: b, draw: drawB } },
        build: (syms) => apply(syms.a, syms.b),
        same: (syms) => apply(broadcastTo(syms.a, whole), broadcastTo(syms.b, whole)),
      };
    }),
  ),
);

const withNumbers: [string, string, (x: Sym) => Sym, (x: number) => number][] = [
  ["add", "a number on the left", (x) => add(2, x), (x) => 2 + x],
  ["add", "zero", (x) => add(x, 0), (x) => x],
  ["sub", "from a number", (x) => sub(1, x), (x) => 1 - x],
  ["sub", "a number", (x) => sub(x, 1.5), (x) => x - 1.5],
  ["mul", "a number", (x) => mul(x, -3), (x) => x * -3],
  ["mul", "a sym by itself", (x) => mul(x, x), (x) => x * x],
  ["div", "by a number", (x) => div(x, 8), (x) => x / 8],
  ["div", "a number", (x) => div(2, x), (x) => 2 / x],
  ["maximum", "a number", (x) => maximum(x, 0), (x) => Math.max(x, 0)],
  ["minimum", "a number on the left", (x) => minimum(0, x), (x) => Math.min(x, 0)],
  ["neg", "of anything", neg, (x) => -x],
  ["square", "of anything", square, (x) => x * x],
];

const mixed = withNumbers.map(([op, variant, apply, host]) =>
  opCase(op, variant, (rng) => ({
    inputs: { x: { shape: rng.shape(rng.int(0, 3)), draw: awayFromZero(0.7) } },
    build: ({ x }) => apply(x),
    expect: ({ x }) => x.map(host),
  })),
);

const comparisons = (
  [
    ["greater", greater, (a, b) => a > b],
    ["less", less, (a, b) => a < b],
    ["equal", equal, (a, b) => a === b],
  ] as [string, Binary, (a: number, b: number) => boolean][]
).flatMap(([op, apply, host]) =>
  (["float32", "int32"] as const).map((dtype) =>
    forwardCase(op, `${dtype}, with ties`, (rng) => {
      const shape = rng.shape(2, 2);
      return {
        inputs: { a: { shape, dtype, draw: ids(3) }, b: { shape, dtype, draw: ids(3) } },
        build: ({ a, b }) => cast(apply(a, b), "float32"),
        expect: ({ a, b }) => a.map((value, i) => Number(host(value, b[i]))),
      };
    }),
  ),
);

const others: OpCase[] = [
  opCase("where", "all three broadcast", (rng) => {
    const [rows, columns] = rng.shape(2, 2);
    return {
      inputs: {
        c: { shape: [rows, 1], draw: spaced(0.25) },
        a: { shape: [columns] },
        b: { shape: [2, rows, columns] },
      },
      build: ({ c, a, b }) => where(greater(c, 0), a, b),
      same: ({ c, a, b }) => {
        const chosen = cast(greater(c, 0), "float32");
        return add(mul(chosen, a), mul(sub(1, chosen), b));
      },
    };
  }),
  opCase("where", "a number instead", (rng) => ({
    inputs: { x: { shape: rng.shape(2), draw: spaced(0.25) } },
    build: ({ x }) => where(less(x, 0), mul(x, x), -1),
    expect: ({ x }) => x.map((value) => (value < 0 ? value * value : -1)),
  })),
  opCase("cast", "integers to floats", (rng) => {
    const shape = rng.shape(2);
    return {
      inputs: { x: { shape }, n: { shape, dtype: rng.pick(["int32", "int64"] as const), draw: ids(5) } },
      build: ({ x, n }) => mul(x, cast(n, "float32")),
      expect: ({ x, n }) => x.map((value, i) => value * n[i]),
    };
  }),
  opCase("cast", "to integers cuts the fraction and the gradient", (rng) => ({
    inputs: { x: { shape: rng.shape(2), draw: spaced(0.25) } },
    build: ({ x }) => add(mul(x, 2), cast(cast(x, "int32"), "float32")),
    expect: ({ x }) => x.map((value) => 2 * value + Math.trunc(value)),
    differenced: ({ x }) => mul(x, 2),
  })),
  opCase("stopGradient", "keeps the value, stops the gradient", (rng) => ({
    inputs: { x: { shape: rng.shape(2) } },
    build: ({ x }) => add(mul(x, 3), stopGradient(square(x))),
    same: ({ x }) => add(mul(x, 3), square(x)),
    differenced: ({ x }) => mul(x, 3),
  })),
];

export const elementwiseCases: readonly OpCase[] = [...arithmetic, ...mixed, ...comparisons, ...others];
