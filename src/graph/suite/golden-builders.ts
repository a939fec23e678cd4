// The expressions of oracle/ops.py, under the same names and with inputs of the same names.
import { attention } from "../ops/attention.ts";
import { conv2dChannelsLast } from "../ops/columns.ts";
import { conv, convTranspose } from "../ops/conv.ts";
import { add, div, greater, maximum, minimum, mul, sub, where } from "../ops/elementwise.ts";
import { gather, scatterAdd } from "../ops/gather.ts";
import { linear, matmul } from "../ops/matmul.ts";
import { groupNorm, layerNorm, rmsNorm } from "../ops/norm.ts";
import { max, mean, sum } from "../ops/reduce.ts";
import { concat, pad, slice, split, transpose, upsampleNearest } from "../ops/shape.ts";
import { crossEntropy, logSoftmax, logSumExp, meanSquaredError, softmax } from "../ops/softmax.ts";
import {
  abs, cos, erf, exp, gelu, geluTanh, log, quickGelu, reciprocal, relu, sigmoid, silu, sin, sqrt, tanh,
} from "../ops/unary.ts";
import type { Sym } from "../sym.ts";
import type { Syms } from "./case.ts";

const unary = { exp, abs, sin, cos, erf, tanh, sigmoid, relu, gelu, silu, geluTanh, quickGelu, log, sqrt, reciprocal };
const binary = { add, sub, mul, div, maximum, minimum, meanSquaredError };

type Build = (syms: Syms) => Sym;
const mapped = <F>(ops: Record<string, F>, build: (op: F) => Build): Record<string, Build> =>
  Object.fromEntries(Object.entries(ops).map(([name, op]) => [name, build(op)]));

export const goldenBuilders: Record<string, Build> = {
  ...mapped(unary, (op) => ({ x }) => op(x)),
  ...mapped(binary, (op) => ({ a, b }) => op(a, b)),
  where: ({ c, a, b }) => where(greater(c, 0), a, b),
  matmul: ({ a, b }) => matmul(a, b),
  "matmul, first transposed": ({ a, b }) => matmul(a, b, { transA: true }),
  "matmul, second transposed": ({ a, b }) => matmul(a, b, { transB: true, alpha: 0.5 }),
  "matmul, both transposed": ({ a, b }) => matmul(a, b, { transA: true, transB: true }),
  linear: ({ input, weight, bias }) => linear(input, weight, bias),
  "linear, no bias": ({ input, weight }) => linear(input, weight),
  "conv 1d": ({ x, w, b }) => conv(x, w, b, { strides: [2], padding: [1] }),
  "conv 2d": ({ x, w, b }) => conv(x, w, b, { padding: [1, 1] }),
  "conv 2d, strides and dilations": ({ x, w }) =>
    conv(x, w, undefined, { strides: [3, 2], padding: [2, 1], dilations: [1, 2] }),
  "conv 2d, groups": ({ x, w, b }) => conv(x, w, b, { strides: [2, 2], groups: 3 }),
  "conv 3d": ({ x, w, b }) => conv(x, w, b, { strides: [1, 2, 2], padding: [1, 0, 1] }),
  "convTranspose 1d": ({ x, w, b }) => convTranspose(x, w, b, { strides: [3], padding: [1], outputPadding: [2] }),
  "convTranspose 2d": ({ x, w, b }) =>
    convTranspose(x, w, b, { strides: [2, 2], padding: [1, 1], outputPadding: [1, 1], groups: 2 }),
  "convTranspose 3d": ({ x, w }) => convTranspose(x, w, undefined, { strides: [1, 2, 2], dilations: [2, 1, 1] }),
  conv2dChannelsLast: ({ x, w, b }) => conv2dChannelsLast(x, w, b, [1, 1]),
  layerNorm: ({ x, s, b }) => layerNorm(x, s, b),
  "layerNorm, bare": ({ x }) => layerNorm(x, undefined, undefined, 1e-6),
  rmsNorm: ({ x, s }) => rmsNorm(x, s),
  groupNorm: ({ x, s, b }) => groupNorm(x, 2, s, b),
  softmax: ({ x }) => softmax(x, 1),
  logSoftmax: ({ x }) => logSoftmax(x),
  logSumExp: ({ x }) => logSumExp(x, 0),
  "crossEntropy, labels": ({ input, target }) => crossEntropy(input, target),
  "crossEntropy, soft targets": ({ x, t }) => crossEntropy(x, t),
  "crossEntropy, weights": ({ x, t, w }) => crossEntropy(x, t, w),
  attention: ({ query, key, value }) => attention(query, key, value),
  "attention, bias": ({ q, k, v, b }) => attention(q, k, v, { bias: b, scale: 0.4 }),
  gather: ({ n, table }) => gather(table, n),
  scatterAdd: ({ n, rows }) => scatterAdd(n, rows, [5, 3]),
  slice: ({ x }) => slice(x, 1, 1, 8, 3),
  concat: ({ a, b }) => concat([a, b, a], 1),
  split: ({ x }) => {
    const [, middle] = split(x, [1, 3, 2], 1);
    return mul(middle, middle);
  },
  pad: ({ x }) => pad(x, 1, 2, 1),
  upsampleNearest: ({ x }) => upsampleNearest(x, 2),
  transpose: ({ x }) => transpose(x, [2, 0, 3, 1]),
  sum: ({ x }) => sum(x, { axes: [0, 2] }),
  mean: ({ x }) => mean(x, { axes: [1, 2], keep: true }),
  max: ({ x }) => max(x, { axes: [1] }),
};
