// A wrong shape is an error at the line that builds the graph: the op's name, every shape, the rule.
import { expect, it } from "vitest";
import { DriftfieldError } from "../../src/core/index.ts";
import * as graph from "../../src/graph/index.ts";
import { opCases } from "../../src/graph/suite/index.ts";

const {
  add, at, attention, attentionHeads, broadcastTo, columns, concat, constant, conv, conv2dChannelsLast, convTranspose,
  crossEntropy, customGradient, div, equal, gather, grad, greater, groupNorm, input, layerNorm, less, linear,
  logSoftmax, logSumExp, loop, matmul, max, maximum, mean, meanSquaredError, minimum, mul, pad, reshape, rmsNorm,
  scatterAdd, slice, softmax, split, sub, sum, sumTo, take, transpose, upsampleConv, upsampleNearest, where, zeros,
} = graph;

const f = (...shape: (number | string)[]): graph.Sym => input("x", shape);
const n = (...shape: number[]): graph.Sym => input("n", shape, "int32");
const yes = greater(f(3, 1), 0);
const window = { kernel: [3, 3], padding: [0, 0] } as const;
const both = { transA: true, transB: true };
const beyond = [undefined, { outputPadding: [1] }] as const;
const wide = [undefined, [3, 3]] as const;
const kernel = f(4, 2, 3, 3);
const pair = (width: number): [graph.Sym, graph.Sym] => [f(2, 5, width), f(2, 5, width)];
const two = { heads: 2 };
const biased = { heads: 2, bias: f(4, 4) };
const turned = { bias: f(5, 4) };

type Wrong = { op: string; shapes: string[]; rule: RegExp; build: () => unknown; line: string };
const table: Wrong[] = [];

/** The place in this file of the first frame of `stack` that isn't the engine's. */
function firstOutside(stack: string, skip = ""): string {
  const inside = /src\/graph\/|<anonymous>\)|node_modules/;
  const frames = stack.split("\n").filter((frame) => /^\s+at /.test(frame) && !inside.test(frame));
  const frame = frames.find((frame) => skip === "" || !frame.includes(skip)) ?? "";
  return /wrong-shapes\.test\.ts:\d+/.exec(frame)?.[0] ?? frame;
}

/** One wrong call, on the line that makes this entry. */
function wrong(op: string, shapes: string[], rule: RegExp, build: () => unknown): void {
  table.push({ op, shapes, rule, build, line: firstOutside(new Error("here").stack!, "at wrong") });
}

wrong("add", ["[2, 3]", "[4]"], /equal or 1/, () => add(f(2, 3), f(4)));
wrong("add", ["[B]", "[4]"], /equal or 1/, () => add(f("B"), f(4)));
wrong("add", ["[2]", "[2]"], /dtypes float32 and int32 differ/, () => add(f(2), n(2)));
wrong("sub", ["[2, 3]", "[2, 4]"], /equal or 1/, () => sub(f(2, 3), f(2, 4)));
wrong("mul", ["[5]", "[4]"], /equal or 1/, () => mul(f(5), f(4)));
wrong("div", ["[5]", "[4]"], /equal or 1/, () => div(f(5), f(4)));
wrong("maximum", ["[5]", "[4]"], /equal or 1/, () => maximum(f(5), f(4)));
wrong("minimum", ["[5]", "[4]"], /equal or 1/, () => minimum(f(5), f(4)));
wrong("greater", ["[5]", "[4]"], /equal or 1/, () => greater(f(5), f(4)));
wrong("less", ["[5]", "[4]"], /equal or 1/, () => less(f(5), f(4)));
wrong("equal", ["[5]", "[4]"], /equal or 1/, () => equal(f(5), f(4)));
wrong("where", ["[3, 1]", "[2, 4]", "[4]"], /equal or 1/, () => where(yes, f(2, 4), f(4)));
wrong("where", ["[3]", "[3]", "[3]"], /must be bool, got float32/, () => where(f(3), f(3), f(3)));
wrong("where", ["[3, 1]", "[3]", "[3]"], /dtypes float32 and int32/, () => where(yes, f(3), n(3)));
wrong("matmul", ["[2, 3]", "[4, 5]"], /inner dimensions 3 and 4/, () => matmul(f(2, 3), f(4, 5)));
wrong("matmul", ["[2, 3]", "[2, 3]"], /first.*second transposed.* 2 and 3/, () => matmul(f(2, 3), f(2, 3), both));
wrong("matmul", ["[3]", "[3, 2]"], /at least two axes/, () => matmul(f(3), f(3, 2)));
wrong("matmul", ["[2, 4, 3]", "[5, 3, 4]"], /batch/, () => matmul(f(2, 4, 3), f(5, 3, 4)));
wrong("matmul", ["[2, 2]", "[2, 2]"], /dtypes/, () => matmul(f(2, 2), n(2, 2)));
wrong("linear", ["[8, 3]", "[5, 4]"], /the weight \(out, in\)/, () => linear(f(8, 3), f(5, 4)));
wrong("linear", ["[8, 3]", "[5, 3]", "[3]"], /bias must be \[5\]/, () => linear(f(8, 3), f(5, 3), f(3)));
wrong("conv", ["[1, 3, 8, 8]", "[4, 2, 3, 3]"], /must have 2 channels/, () => conv(f(1, 3, 8, 8), f(4, 2, 3, 3)));
wrong("conv", ["[1, 3, 8]", "[4, 3, 3, 3]"], /spatial axes/, () => conv(f(1, 3, 8), f(4, 3, 3, 3)));
wrong("conv", ["[3]", "[4, 3, 3]"], /spatial axes/, () => conv(f(3), f(4, 3, 3)));
wrong("conv", ["[1, 3, 8]", "[4, 3, 3]", "[3]"], /bias must be \[4\]/, () => conv(f(1, 3, 8), f(4, 3, 3), f(3)));
wrong("conv", ["[1, 3, 2]", "[4, 3, 3]"], /window \(3 wide\) doesn't fit/, () => conv(f(1, 3, 2), f(4, 3, 3)));
wrong("conv", ["[1, 3, H]", "[4, 3, 3]"], /open dimension/, () => conv(f(1, 3, "H"), f(4, 3, 3)));
wrong("conv", ["[1, 3, 8]"], /strides \[2,2\]/, () => conv(f(1, 3, 8), f(4, 3, 3), undefined, { strides: [2, 2] }));
wrong("conv", ["[1, 4, 8]", "[3, 2, 3]"], /2 groups/, () => conv(f(1, 4, 8), f(3, 2, 3), undefined, { groups: 2 }));
wrong("convTranspose", ["[1, 3, 8]", "[4, 2, 3]"], /4 channels/, () => convTranspose(f(1, 3, 8), f(4, 2, 3)));
wrong("convTranspose", ["[1, 3, 8]", "[3, 2, 3]", "[3]"], /\[2\]/, () => convTranspose(f(1, 3, 8), f(3, 2, 3), f(3)));
wrong("convTranspose", ["[1, 3, H]", "[3, 2, 3]"], /numbers/, () => convTranspose(f(1, 3, "H"), f(3, 2, 3)));
wrong("convTranspose", ["[1, 3, 8]", "[3, 2, 3]"], /padding 1/, () => convTranspose(f(1, 3, 8), f(3, 2, 3), ...beyond));
wrong("columns", ["[2, 2, 8, 3]"], /3x3 window doesn't fit/, () => columns(f(2, 2, 8, 3), window));
wrong("columns", ["[2, 8, 3]"], /\(N, H, W, C\)/, () => columns(f(2, 8, 3), window));
wrong("conv2dChannelsLast", ["[1, 8, 8, 3]", "[4, 2, 3, 3]"], /O, C/, () => conv2dChannelsLast(f(1, 8, 8, 3), kernel));
wrong("conv2dChannelsLast", ["[1, 8, 8, 2]"], /window/, () => conv2dChannelsLast(f(1, 8, 8, 2), kernel, ...wide));
wrong("attention", ["[2, 4, 8]", "[2, 5, 6]"], /T, D/, () => attention(f(2, 4, 8), f(2, 5, 6), f(2, 5, 6)));
wrong("attention", ["[2, 5, 8]", "[2, 6, 8]"], /S, E/, () => attention(f(2, 4, 8), f(2, 5, 8), f(2, 6, 8)));
wrong("attention", ["[2, 4, 8]", "[3, 4, 8]"], /S, E/, () => attention(f(2, 4, 8), f(3, 4, 8), f(3, 4, 8)));
wrong("attention", ["[4, 8]", "[5, 4]"], /broadcast to \[4, 5\]/, () => attention(f(4, 8), f(5, 8), f(5, 8), turned));
wrong("attention", ["[8]", "[8]", "[8]"], /T, D/, () => attention(f(8), f(8), f(8)));
wrong("attentionHeads", ["[2, 4, 9]"], /multiple of 2 heads/, () => attentionHeads(f(2, 4, 9), ...pair(9), two));
wrong("attentionHeads", ["[2, 4, 8]", "[2, 5, 6]"], /\(B, S, C\)/, () => attentionHeads(f(2, 4, 8), ...pair(6), two));
wrong("attentionHeads", ["[4, 4]"], /\[2, 2, 4, 5\]/, () => attentionHeads(f(2, 4, 8), ...pair(8), biased));
wrong("layerNorm", ["[2, 4]", "[2]"], /scale and bias must be \[4\]/, () => layerNorm(f(2, 4), f(2)));
wrong("layerNorm", ["[2, W]"], /must be a number/, () => layerNorm(f(2, "W")));
wrong("rmsNorm", ["[2, 4]", "[2, 4]"], /scale must be \[4\]/, () => rmsNorm(f(2, 4), f(2, 4)));
wrong("groupNorm", ["[2, 6, 5]"], /multiple of 4/, () => groupNorm(f(2, 6, 5), 4, f(6), f(6)));
wrong("groupNorm", ["[2, 6, 5]", "[6]", "[5]"], /must be \[6\]/, () => groupNorm(f(2, 6, 5), 3, f(6), f(5)));
wrong("softmax", ["[2, 3]"], /axis 2 must be from -2 to 1/, () => softmax(f(2, 3), 2));
wrong("logSoftmax", ["[2, 3]"], /axis -3/, () => logSoftmax(f(2, 3), -3));
wrong("logSumExp", ["[2, 3]"], /axis 2/, () => logSumExp(f(2, 3), 2));
wrong("crossEntropy", ["[5, 4]", "[4]"], /one label a row/, () => crossEntropy(f(5, 4), n(4)));
wrong("crossEntropy", ["[5, 4]", "[5, 1]"], /one label a row/, () => crossEntropy(f(5, 4), f(5, 1)));
wrong("crossEntropy", ["[5, 4]", "[5, 1]"], /one weight a row/, () => crossEntropy(f(5, 4), n(5), f(5, 1)));
wrong("crossEntropy", ["[4]"], /\(N, classes\)/, () => crossEntropy(f(4), n(4)));
wrong("meanSquaredError", ["[5]", "[5, 1]"], /same shape/, () => meanSquaredError(f(5), f(5, 1)));
wrong("gather", ["[5, 2]", "[3]"], /ids must be integers, got float32/, () => gather(f(5, 2), f(3)));
wrong("gather", ["[]", "[3]"], /needs an axis/, () => gather(f(), n(3)));
wrong("at", ["[5, 2]", "[3]"], /one number/, () => at(f(5, 2), n(3)));
wrong("scatterAdd", ["[3]", "[4, 2]", "[5, 2]"], /\(ids..., ...\)/, () => scatterAdd(n(3), f(4, 2), [5, 2]));
wrong("take", ["[3]"], /\[0,3\] must lie within axis 0/, () => take(f(3), 0, [0, 3]));
wrong("sum", ["[2, 3]"], /axis 2/, () => sum(f(2, 3), { axes: [2] }));
wrong("mean", ["[2, 3]"], /axis 0.5/, () => mean(f(2, 3), { axes: [0.5] }));
wrong("max", ["[]"], /axis 0/, () => max(f(), { axes: [0] }));
wrong("sumTo", ["[2, 3]", "[2]"], /equal or 1/, () => sumTo(f(2, 3), [2]));
wrong("broadcastTo", ["[2]", "[2, 3]"], /equal or 1/, () => broadcastTo(f(2), [2, 3]));
wrong("broadcastTo", ["[1]", "[B]"], /must be a number/, () => broadcastTo(f(1), ["B"]));
wrong("reshape", ["[2, 3]", "[4]"], /6 numbers aren't 4/, () => reshape(f(2, 3), [4]));
wrong("reshape", ["[2, 3]", "[4, -1]"], /isn't whole/, () => reshape(f(2, 3), [4, -1]));
wrong("reshape", ["[B, T, 2]", "[T, B, 2]"], /more than one open/, () => reshape(f("B", "T", 2), ["T", "B", 2]));
wrong("transpose", ["[2, 3]"], /\[0,0\] isn't a permutation/, () => transpose(f(2, 3), [0, 0]));
wrong("concat", ["[2, 3]", "[3, 3]"], /all but axis 1/, () => concat([f(2, 3), f(3, 3)], 1));
wrong("concat", ["[B]", "[2]"], /must be a number in each/, () => concat([f("B"), f(2)], 0));
wrong("concat", [], /nothing to join/, () => concat([], 0));
wrong("split", ["[2, 5]"], /\[2,2\] must add up to axis 1/, () => split(f(2, 5), [2, 2], 1));
wrong("slice", ["[4]"], /\[1, 5\) by 1/, () => slice(f(4), 0, 1, 5));
wrong("pad", ["[4]"], /-1 and 0 not negative/, () => pad(f(4), 0, -1, 0));
wrong("upsampleNearest", ["[4]"], /fewer than 2 axes/, () => upsampleNearest(f(4), 2));
wrong("upsampleConv", ["[1, 3, 8, 8]", "[4, 3, 5, 5]"], /3, 3/, () => upsampleConv(f(1, 3, 8, 8), f(4, 3, 5, 5)));
wrong("upsampleConv", ["[3]"], /must be \[4\]/, () => upsampleConv(f(1, 3, 8, 8), f(4, 3, 3, 3), f(3)));
wrong("customGradient", ["[3]", "[2]"], /shape of its input/, () => ruleThatTurns(f(3)));
wrong("loop", ["[3]", "[4]"], /must keep its shape/, () => loop(2, [f(3)], () => ({ state: [f(4)], records: [] })));
wrong("loop", ["[3]"], /return 2 states/, () => loop(2, [f(3), f(3)], (_, [a]) => ({ state: [a], records: [] })));
wrong("grad", [], /must be a scalar, got mul\[3\]/, () => grad(mul(f(3), 2), []));
wrong("constant", ["[2,2]"], /3 numbers don't fill/, () => constant(new Float32Array(3), [2, 2]));
wrong("zeros", [], /must be a number/, () => zeros(["B"]));

/** A gradient rule of the wrong shape, which only `grad` can notice. */
const ruleThatTurns = (x: graph.Sym): unknown => grad(sum(customGradient(mul(x, 2), [x], () => [f(2)])), [x]);

for (const { op, shapes, rule, build, line } of table) {
  it(`${op} refuses ${shapes.join(" and ")}: ${rule.source}`, () => {
    const error = thrown(build);
    expect(error.code).toBe("shape_mismatch");
    expect(error.message).toContain(`${op}: `);
    for (const shape of shapes) expect(error.message).toContain(shape);
    expect(error.message).toMatch(rule);
    if (op === "customGradient") return; // its line is that of the rule's use, above
    expect(firstOutside(error.stack!)).toBe(line);
  });
}

function thrown(build: () => unknown): DriftfieldError {
  try {
    build();
  } catch (error) {
    if (error instanceof DriftfieldError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

it("tries every op that some shape doesn't suit", () => {
  const anything = [
    "abs", "cast", "cos", "erf", "exp", "gelu", "geluTanh", "log", "neg", "oneHot", "quickGelu", "range", "reciprocal",
    "relu", "sigmoid", "sign", "silu", "sin", "sqrt", "square", "stopGradient", "tanh",
  ];
  const tried = new Set([...anything, ...table.map(({ op }) => op)]);
  expect([...new Set(opCases.map(({ op }) => op))].filter((op) => !tried.has(op))).toEqual([]);
});
