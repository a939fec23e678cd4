// Rows by number and back, values with a gradient of their own, loops against the same turns written out.
import { loop } from "../../loop.ts";
import { customGradient } from "../../ops/custom.ts";
import { add, cast, mul, square, sub } from "../../ops/elementwise.ts";
import { at, gather, range, scatterAdd, take } from "../../ops/gather.ts";
import { constant } from "../../ops/leaf.ts";
import { matmul } from "../../ops/matmul.ts";
import { concat, reshape, slice, transpose } from "../../ops/shape.ts";
import { oneHot } from "../../ops/softmax.ts";
import { tanh } from "../../ops/unary.ts";
import { forwardCase, ids, opCase, type OpCase } from "../case.ts";

const rows = [0, 1, 2].flatMap((rank) =>
  (["int32", "int64"] as const).flatMap((dtype) => [
    opCase("gather", `${dtype} ids of rank ${rank}, repeated`, (rng) => {
      const [v, ...rest] = rng.shape(rng.int(1, 3));
      return {
        inputs: {
          table: { shape: [v, ...rest] },
          n: { shape: rng.shape(rank, 2, 3), dtype, draw: ids(Math.min(v, 2)) },
        },
        build: ({ table, n }) => gather(table, n),
        same: ({ table, n }) => {
          const chosen = reshape(oneHot(n, v), [-1, v]);
          return reshape(matmul(chosen, reshape(table, [v, -1])), [...n.shape, ...rest]);
        },
      };
    }),
    opCase("scatterAdd", `${dtype} ids of rank ${rank}, repeated`, (rng) => {
      const [v, ...rest] = rng.shape(rng.int(1, 3), 2, 4);
      const many = rng.shape(rank, 2, 3);
      return {
        inputs: { n: { shape: many, dtype, draw: ids(2) }, x: { shape: [...many, ...rest] } },
        build: ({ n, x }) => scatterAdd(n, x, [v, ...rest]),
        same: ({ n, x }) => {
          const count = many.reduce((a, b) => a * b, 1);
          const chosen = reshape(oneHot(n, v), [count, v]);
          return reshape(matmul(chosen, reshape(x, [count, -1]), { transA: true }), [v, ...rest]);
        },
      };
    }),
  ]),
);

const picks: OpCase[] = [
  opCase("at", "an index known at run time", (rng) => {
    const [v, w] = rng.shape(2, 2);
    return {
      inputs: { x: { shape: [v, w] }, n: { shape: rng.pick([[], [1]]), dtype: "int64", draw: ids(v) } },
      build: ({ x, n }) => at(x, n),
      expect: ({ x, n }) => x.slice(n[0] * w, (n[0] + 1) * w),
    };
  }),
  opCase("take", "all of any axis, moved on by one", (rng) => {
    const shape = rng.shape(3, 3);
    const axis = rng.int(0, 2);
    const order = Array.from({ length: shape[axis] }, (_, i) => (i + 1) % shape[axis]);
    return {
      inputs: { x: { shape } },
      build: ({ x }) => take(x, axis - 3, order),
      same: ({ x }) => concat(order.map((i) => slice(x, axis, i, i + 1)), axis),
    };
  }),
  forwardCase("take", "some of them, some twice", () => ({
    inputs: { x: { shape: [3] } },
    build: ({ x }) => take(x, 0, [2, 0, 2, 2]),
    expect: ({ x }) => [x[2], x[0], x[2], x[2]],
  })),
  opCase("range", "as positions", (rng) => {
    const n = rng.int(1, 5);
    return {
      inputs: { x: { shape: [n] } },
      build: ({ x }) => mul(x, cast(range(n), "float32")),
      expect: ({ x }) => x.map((value, i) => value * i),
    };
  }),
];

const rules: OpCase[] = [
  opCase("customGradient", "a rule that is right", (rng) => {
    const shape = rng.shape(2);
    return {
      inputs: { a: { shape }, b: { shape } },
      build: ({ a, b }) => customGradient(mul(a, b), [a, b], (g) => [mul(g, b), mul(g, a)]),
      same: ({ a, b }) => mul(a, b),
    };
  }),
  opCase("customGradient", "a rule of its own wins over the derived one", (rng) => ({
    inputs: { x: { shape: rng.shape(2) } },
    build: ({ x }) => add(square(x), customGradient(tanh(x), [x], (g) => [mul(g, -5)])),
    same: ({ x }) => add(square(x), tanh(x)),
    differenced: ({ x }) => sub(square(x), mul(x, 5)),
  })),
];

const loops: OpCase[] = [
  forwardCase("loop", "state, records and captured weights, as unrolled", (rng) => {
    const [n, count] = [rng.int(1, 4), rng.int(1, 5)];
    return {
      inputs: { x: { shape: [n] }, w: { shape: [n, n] } },
      build: ({ x, w }) => {
        const { state, records } = loop(count, [x], (turn, [h]) => {
          const product = reshape(matmul(reshape(h, [1, n]), tanh(w)), [n]);
          const next = add(tanh(product), mul(cast(turn, "float32"), 0.25));
          return { state: [next], records: [mul(next, 2), h] };
        });
        // w again after the loop: what a body used must still be there.
        return concat([state[0], ...records.map((r) => reshape(r, [-1])), reshape(tanh(w), [-1])], 0);
      },
      same: ({ x, w }) => {
        const [doubled, before] = [[], []] as (typeof x)[][];
        let h = x;
        for (let turn = 0; turn < count; turn++) {
          before.push(h);
          h = add(tanh(reshape(matmul(reshape(h, [1, n]), tanh(w)), [n])), turn * 0.25);
          doubled.push(mul(h, 2));
        }
        return concat([h, ...doubled, ...before, reshape(tanh(w), [-1])], 0);
      },
    };
  }),
  forwardCase("loop", "a row of a table each turn, two states that change places", (rng) => {
    const [count, n] = [rng.int(1, 4), rng.int(1, 3)];
    return {
      inputs: { table: { shape: [count, n] }, x: { shape: [n] }, z: { shape: [n] } },
      build: ({ table, x, z }) => {
        const { state } = loop(count, [x, z], (turn, [a, b]) => ({ state: [b, add(a, at(table, turn))], records: [] }));
        return concat(state, 0);
      },
      same: ({ table, x, z }) => {
        let [a, b] = [x, z];
        for (let turn = 0; turn < count; turn++) {
          [a, b] = [b, add(a, reshape(slice(table, 0, turn, turn + 1), [n]))];
        }
        return concat([a, b], 0);
      },
    };
  }),
  forwardCase("loop", "a loop within a loop that uses the outer state", (rng) => {
    const [outer, inner] = [rng.int(1, 3), rng.int(1, 3)];
    return {
      inputs: { x: { shape: [2] } },
      build: ({ x }) =>
        loop(outer, [x], (_, [a]) => {
          const turned = loop(inner, [constant(new Float32Array(2))], (_turn, [b]) => ({
            state: [add(mul(b, 0.5), a)],
            records: [],
          }));
          return { state: [add(mul(a, 0.25), turned.state[0])], records: [] };
        }).state[0],
      expect: ({ x }) =>
        x.map((value) => {
          let a = value;
          for (let i = 0; i < outer; i++) {
            let b = 0;
            for (let j = 0; j < inner; j++) b = b * 0.5 + a;
            a = a * 0.25 + b;
          }
          return a;
        }),
    };
  }),
  forwardCase("loop", "two loops that share a weight, a state that stays", () => ({
    inputs: { x: { shape: [2, 2] }, w: { shape: [2, 2] } },
    build: ({ x, w }) => {
      const once = (a: typeof x): typeof x => matmul(a, transpose(w, [1, 0]));
      const twice = (start: typeof x): typeof x =>
        loop(2, [start, x], (_, [a, kept]) => ({ state: [once(a), kept], records: [] })).state[0];
      return twice(twice(x));
    },
    // On the host, so that nothing but the loops uses w.
    expect: ({ x, w }) =>
      [0, 1, 2, 3].reduce<readonly number[]>(
        (a) => [0, 1, 2, 3].map((i) => a[i & 2] * w[2 * (i & 1)] + a[(i & 2) + 1] * w[2 * (i & 1) + 1]),
        x,
      ),
  })),
];

export const gatherCases: readonly OpCase[] = [...rows, ...picks, ...rules, ...loops];
