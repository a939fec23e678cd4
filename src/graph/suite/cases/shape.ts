// Rearranging and reducing: over random axes, pieces, steps and paddings.
import { add, mul } from "../../ops/elementwise.ts";
import { constant } from "../../ops/leaf.ts";
import { matmul } from "../../ops/matmul.ts";
import { max, mean, sum, sumTo } from "../../ops/reduce.ts";
import { broadcastTo, concat, pad, reshape, slice, split, transpose, upsampleNearest } from "../../ops/shape.ts";
import type { Sym } from "../../sym.ts";
import { centred, opCase, spaced, type OpCase } from "../case.ts";
import type { Rng } from "../rng.ts";

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Cuts `total` into `count` pieces of at least 1. */
function pieces(rng: Rng, total: number, count: number): number[] {
  const places = rng.shuffle(Array.from({ length: total - 1 }, (_, i) => i + 1));
  const cuts = places.slice(0, count - 1).sort((a, b) => a - b);
  return [...cuts, total].map((cut, i) => cut - (i === 0 ? 0 : cuts[i - 1]));
}

const rearranging: OpCase[] = [
  opCase("reshape", "to another shape, one dimension inferred", (rng) => {
    const shape = rng.shape(3);
    return {
      inputs: { x: { shape } },
      build: ({ x }) => reshape(reshape(x, [product(shape)]), [shape[2], -1, shape[0]]),
      expect: ({ x }) => x,
    };
  }),
  opCase("transpose", "by any permutation", (rng) => {
    const rank = rng.int(1, 4);
    const perm = rng.shuffle(Array.from({ length: rank }, (_, i) => i));
    const back = perm.map((_, i) => perm.indexOf(i));
    return {
      inputs: { x: { shape: rng.shape(rank) } },
      // Back again through a product, so that a wrong order can't cancel.
      build: ({ x }) => mul(transpose(x, perm), transpose(transpose(transpose(x, perm), back), perm)),
      same: ({ x }) => transpose(mul(x, x), perm),
    };
  }),
  opCase("transpose", "three axes in a cycle", (rng) => {
    const shape = rng.shape(3, 2);
    const stacked = (x: Sym, i: number): Sym => reshape(slice(x, 0, i, i + 1), [...shape.slice(1), 1]);
    return {
      inputs: { x: { shape } },
      build: ({ x }) => transpose(x, [1, 2, 0]),
      same: ({ x }) => concat(Array.from({ length: shape[0] }, (_, i) => stacked(x, i)), 2),
    };
  }),
  opCase("transpose", "of a matrix", (rng) => {
    const [rows, columns] = rng.shape(2);
    return {
      inputs: { x: { shape: [rows, columns] } },
      build: ({ x }) => transpose(x, [1, 0]),
      expect: ({ x }) => x.map((_, i) => x[(i % rows) * columns + Math.floor(i / rows)]),
    };
  }),
  opCase("broadcastTo", "in front, and along dimensions of 1", (rng) => {
    const [a, b, c, d] = rng.shape(4);
    return {
      inputs: { x: { shape: [b, 1, d] } },
      build: ({ x }) => broadcastTo(x, [a, b, c, d]),
      same: ({ x }) => mul(x, constant(new Float32Array(a * b * c * d).fill(1), [a, b, c, d])),
    };
  }),
  opCase("broadcastTo", "from a scalar", () => ({
    inputs: { x: { shape: [] } },
    build: ({ x }) => broadcastTo(x, [2, 3]),
    expect: ({ x }) => new Array<number>(6).fill(x[0]),
  })),
  ...[2, 3].map((count) =>
    opCase("concat", `${count} pieces along any axis`, (rng) => {
      const [rank, shape] = [3, rng.shape(3)];
      const axis = rng.int(-rank, rank - 1);
      const at = (axis + rank) % rank;
      const of = (): number[] => shape.map((dim, i) => (i === at ? rng.int(1, 3) : dim));
      const names = ["a", "b", "c"].slice(0, count);
      return {
        inputs: Object.fromEntries(names.map((name) => [name, { shape: of() }])),
        build: (syms) => concat(names.map((name) => syms[name]), axis),
        same: (syms) => {
          const total = names.reduce((n, name) => n + (syms[name].shape[at] as number), 0);
          let before = 0;
          const padded = names.map((name) => {
            const size = syms[name].shape[at] as number;
            before += size;
            return pad(syms[name], at, before - size, total - before);
          });
          return padded.reduce((left, right) => add(left, right));
        },
      };
    }),
  ),
  ...["all pieces used", "one piece used"].map((variant) =>
    opCase("split", variant, (rng) => {
      const shape = rng.shape(3, 3, 5);
      const axis = rng.int(0, 2);
      const sizes = pieces(rng, shape[axis], 3);
      const used = variant === "all pieces used" ? [2, 0, 1] : [1];
      const start = (i: number): number => sizes.slice(0, i).reduce((a, b) => a + b, 0);
      return {
        inputs: { x: { shape } },
        build: ({ x }) => concat(used.map((i) => split(x, sizes, axis)[i]), axis),
        same: ({ x }) => concat(used.map((i) => slice(x, axis, start(i), start(i) + sizes[i])), axis),
      };
    }),
  ),
  ...[1, 2, 3].map((step) =>
    opCase("slice", `by ${step}`, (rng) => {
      const shape = rng.shape(3, 2, 6);
      const axis = rng.int(0, 2);
      const start = rng.int(0, shape[axis] - 1);
      const end = rng.int(start + 1, shape[axis]);
      const chosen = Array.from({ length: Math.ceil((end - start) / step) }, (_, i) => start + i * step);
      const picks = new Float32Array(chosen.length * shape[axis]);
      chosen.forEach((from, i) => (picks[i * shape[axis] + from] = 1));
      return {
        inputs: { x: { shape } },
        build: ({ x }) => slice(x, axis, start, end, step),
        // A product with rows of the unit matrix along that axis.
        same: ({ x }) => {
          const order = [0, 1, 2].filter((i) => i !== axis).concat(axis);
          const product = matmul(transpose(x, order), constant(picks, [chosen.length, shape[axis]]), { transB: true });
          return transpose(product, order.map((_, i) => order.indexOf(i)));
        },
      };
    }),
  ),
  opCase("pad", "in front of and behind any axis", (rng) => {
    const axis = rng.int(0, 1);
    const [rows, columns] = rng.shape(2);
    const [before, after] = [rng.int(0, 3), rng.int(0, 3)];
    return {
      inputs: { x: { shape: [rows, columns] } },
      build: ({ x }) => pad(x, axis, before, after),
      expect: ({ x }) => {
        const blank = (count: number): number[] => new Array<number>(count).fill(0);
        if (axis === 0) return [...blank(before * columns), ...x, ...blank(after * columns)];
        const row = (i: number): readonly number[] => x.slice(i * columns, (i + 1) * columns);
        return Array.from({ length: rows }, (_, i) => [...blank(before), ...row(i), ...blank(after)]).flat();
      },
    };
  }),
  ...[1, 2, 3].map((axes) =>
    opCase("upsampleNearest", `${axes} axes`, (rng) => {
      const shape = rng.shape(axes + 1, 1, 3);
      const factor = rng.int(2, 3);
      return {
        inputs: { x: { shape } },
        build: ({ x }) => upsampleNearest(x, factor, axes),
        same: ({ x }) => {
          const doubled = (y: Sym, axis: number): Sym => {
            const size = y.shape[axis] as number;
            return concat(Array.from({ length: size * factor }, (_, i) => {
              const from = Math.floor(i / factor);
              return slice(y, axis, from, from + 1);
            }), axis);
          };
          return Array.from({ length: axes }, (_, i) => i + 1).reduce(doubled, x);
        },
      };
    }),
  ),
];

const reductions = (
  [
    ["sum", sum, (values) => values.reduce((a, b) => a + b, 0)],
    ["mean", mean, (values) => values.reduce((a, b) => a + b, 0) / values.length],
    ["max", max, (values) => Math.max(...values)],
  ] as [string, typeof sum, (values: number[]) => number][]
).flatMap(([op, apply, host]) => [
  ...[true, false].map((keep) =>
    opCase(op, `over any axes, ${keep ? "kept" : "dropped"}`, (rng) => {
      const shape = rng.shape(rng.int(1, 4));
      const axes = shape.map((_, i) => i).filter(() => rng.next() < 0.5);
      const named = axes.map((axis) => (rng.next() < 0.5 ? axis : axis - shape.length));
      return {
        inputs: { x: { shape, draw: op === "max" ? spaced() : centred } },
        build: ({ x }) => apply(x, { axes: named, keep }),
        expect: ({ x }) => {
          const kept = shape.map((dim, i) => (axes.includes(i) ? 1 : dim));
          const groups = Array.from({ length: product(kept) }, (): number[] => []);
          x.forEach((value, flat) => {
            let [rest, place, stride] = [flat, 0, 1];
            for (let i = shape.length - 1; i >= 0; i--) {
              if (!axes.includes(i)) place += (rest % shape[i]) * stride;
              stride *= kept[i];
              rest = Math.floor(rest / shape[i]);
            }
            groups[place].push(value);
          });
          return groups.map(host);
        },
      };
    }),
  ),
  opCase(op, "over everything", (rng) => ({
    inputs: { x: { shape: rng.shape(rng.int(0, 4)), draw: op === "max" ? spaced() : centred } },
    build: ({ x }) => apply(x),
    expect: ({ x }) => [host([...x])],
  })),
]);

const undoing = (
  [
    ["leading axes", (a, b, c) => [[a, b, c], [c]]],
    ["a middle dimension", (a, b, c) => [[a, b, c], [a, 1, c]]],
    ["leading and last ones", (a, b, c) => [[a, b, c], [b, 1]]],
    ["a scalar", (a, b, c) => [[a, b, c], []]],
    ["nothing", (a, b, c) => [[a, b, c], [a, b, c]]],
  ] as [string, (a: number, b: number, c: number) => [number[], number[]]][]
).map(([variant, shapes]) =>
  opCase("sumTo", variant, (rng) => {
    const [a, b, c] = rng.shape(3, 2);
    const [from, to] = shapes(a, b, c);
    const aligned = [...new Array<number>(3 - to.length).fill(1), ...to];
    return {
      inputs: { x: { shape: from } },
      build: ({ x }) => sumTo(x, to),
      same: ({ x }) => {
        const axes = from.flatMap((dim, i) => (aligned[i] === 1 && dim !== 1 ? [i] : []));
        return reshape(sum(x, { axes, keep: true }), to);
      },
    };
  }),
);

export const shapeCases: readonly OpCase[] = [...rearranging, ...reductions, ...undoing];
