// Matrix products with every transposition and batch, the linear layer at every rank, attention.
import { attention, attentionHeads } from "../../ops/attention.ts";
import { add, mul } from "../../ops/elementwise.ts";
import { linear, matmul } from "../../ops/matmul.ts";
import { sum } from "../../ops/reduce.ts";
import { reshape, transpose } from "../../ops/shape.ts";
import { softmax } from "../../ops/softmax.ts";
import type { Sym } from "../../sym.ts";
import { opCase, type OpCase } from "../case.ts";

const batches: [string, number[], number[]][] = [
  ["no batch", [], []],
  ["equal batches", [3], [3]],
  ["a batch on the left", [2, 3], []],
  ["a batch on the right", [], [2]],
  ["batches that broadcast both ways", [2, 1], [1, 3]],
];

/** Swaps the last two axes. */
const turn = (x: Sym): Sym => transpose(x, x.shape.map((_, i) => (i < x.rank - 2 ? i : 2 * x.rank - 3 - i)));

/** The product as a sum over a broadcast product: slow, and plainly right. */
function plainProduct(a: Sym, b: Sym): Sym {
  const left = reshape(a, [...a.shape, 1]); // (..., m, k, 1)
  const right = reshape(b, [...b.shape.slice(0, -2), 1, ...b.shape.slice(-2)]); // (..., 1, k, n)
  return sum(mul(left, right), { axes: [-2] });
}

const products = batches.flatMap(([variant, leadA, leadB]) =>
  [0, 1, 2, 3].flatMap((bits) =>
    [1, -0.75].map((alpha) => {
      const [transA, transB] = [(bits & 1) === 1, bits >= 2];
      const marks = `${transA ? ", first transposed" : ""}${transB ? ", second transposed" : ""}`;
      return opCase("matmul", `${variant}${marks}, alpha ${alpha}`, (rng) => {
        const [m, k, n] = rng.shape(3, 1, 5);
        return {
          inputs: {
            a: { shape: [...leadA, ...(transA ? [k, m] : [m, k])] },
            b: { shape: [...leadB, ...(transB ? [n, k] : [k, n])] },
          },
          build: ({ a, b }) => matmul(a, b, { transA, transB, alpha }),
          same: ({ a, b }) => mul(plainProduct(transA ? turn(a) : a, transB ? turn(b) : b), alpha),
        };
      });
    }),
  ),
);

const layers = [1, 2, 3, 4].flatMap((rank) =>
  [true, false].map((biased) =>
    opCase("linear", `rank ${rank}, ${biased ? "with" : "without"} bias`, (rng) => {
      const [wide, out] = [rng.int(1, 6), rng.int(1, 6)];
      return {
        inputs: {
          x: { shape: [...rng.shape(rank - 1), wide] },
          w: { shape: [out, wide] },
          ...(biased && { b: { shape: [out] } }),
        },
        build: ({ x, w, b }) => linear(x, w, b),
        same: ({ x, w, b }) => {
          const y = sum(mul(reshape(x, [...x.shape.slice(0, -1), 1, wide]), w), { axes: [-1] });
          return b ? add(y, b) : y;
        },
      };
    }),
  ),
);

const attentions = [
  { lead: 0, bias: "none" },
  { lead: 1, bias: "none" },
  { lead: 2, bias: "none" },
  { lead: 2, bias: "(T, S)" },
  { lead: 2, bias: "(N, 1, 1, S)" },
].map(({ lead, bias }) =>
  opCase("attention", `${lead} leading axes, bias ${bias}`, (rng) => {
    const [t, s, d, e] = rng.shape(4, 1, 4);
    const batch = rng.shape(lead, 1, 3);
    const scale = rng.pick([undefined, 0.3]);
    return {
      inputs: {
        q: { shape: [...batch, t, d] },
        k: { shape: [...batch, s, d] },
        v: { shape: [...batch, s, e] },
        ...(bias !== "none" && { b: { shape: bias === "(T, S)" ? [t, s] : [batch[0], 1, 1, s] } }),
      },
      build: ({ q, k, v, b }) => attention(q, k, v, { bias: b, ...(scale !== undefined && { scale }) }),
      same: ({ q, k, v, b }) => {
        const scores = mul(plainProduct(q, turn(k)), scale ?? 1 / Math.sqrt(d));
        return plainProduct(softmax(b ? add(scores, b) : scores), v);
      },
    };
  }),
);

const headed = ["none", "(1, 1, T, S)", "(B, 1, T, S)", "(1, H, T, S)"].map((bias) =>
  opCase("attentionHeads", `bias ${bias}`, (rng) => {
    const [b, t, s, heads, d] = rng.shape(5, 1, 4);
    const shapes = { "(1, 1, T, S)": [1, 1], "(B, 1, T, S)": [b, 1], "(1, H, T, S)": [1, heads] };
    const lead = shapes[bias as keyof typeof shapes] as number[] | undefined;
    const scale = rng.pick([undefined, 0.3]);
    const split = (x: Sym): Sym => transpose(reshape(x, [b, x.shape[1], heads, d]), [0, 2, 1, 3]);
    return {
      inputs: {
        q: { shape: [b, t, heads * d] },
        k: { shape: [b, s, heads * d] },
        v: { shape: [b, s, heads * d] },
        ...(lead && { bias: { shape: [...lead, t, s] } }),
      },
      build: ({ q, k, v, bias: added }) =>
        attentionHeads(q, k, v, { heads, ...(added && { bias: added }), ...(scale !== undefined && { scale }) }),
      same: ({ q, k, v, bias: added }) => {
        const scores = mul(plainProduct(split(q), turn(split(k))), scale ?? 1 / Math.sqrt(d));
        const mixed = plainProduct(softmax(added ? add(scores, added) : scores), split(v));
        return reshape(transpose(mixed, [0, 2, 1, 3]), [b, t, heads * d]);
      },
    };
  }),
);

export const matmulCases: readonly OpCase[] = [...products, ...layers, ...attentions, ...headed];
