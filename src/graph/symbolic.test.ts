// Open dimensions: one graph for every batch, with the values of a graph made for that batch.
import { afterAll, describe, expect, it } from "vitest";
import { compile, nodeBackend, type Program } from "../runtime/index.ts";
import {
  attention, concat, conv, conv2dChannelsLast, input, layerNorm, linear, mean, mul, parameter, reshape, softmax, sum,
} from "./index.ts";
import { dimProduct, type Dim, type Shape, type Sym } from "./index.ts";
import { dimQuotient } from "./dim.ts";
import { Rng } from "./suite/rng.ts";

const backend = await nodeBackend();
const rng = new Rng(3);
const numbers = (shape: Shape): Float32Array =>
  Float32Array.from({ length: dimProduct(shape) as number }, () => rng.uniform(-1, 1));
const weights = new Map(
  Object.entries({ w: [5, 4], scale: [4], bias: [4], kernel: [3, 2, 3, 3] }).map(([name, shape]) => {
    return [name, { dtype: "float32" as const, shape, content: new Uint8Array(numbers(shape).buffer) }];
  }),
);

type Model = { shape(b: Dim): Shape; build(x: Sym, b: Dim): Sym };
const models: Record<string, Model> = {
  "linear over rows": { shape: (b) => [b, 4], build: (x) => linear(x, parameter("w", [5, 4])) },
  "linear over tokens": {
    shape: (b) => [b, 3, 4],
    build: (x) => linear(x, parameter("w", [5, 4]), input("rows", [5])),
  },
  "attention with heads": {
    shape: (b) => [b, 3, 4],
    build: (x, b) => {
      const heads = reshape(x, [b, 3, 2, 2]);
      return reshape(attention(heads, heads, heads), [b, 3, 4]);
    },
  },
  "reshape that moves the open dimension": {
    shape: (b) => [b, 4, 2],
    build: (x, b) => reshape(mul(reshape(x, [dimProduct([b, 2]), 4]), 3), [2, dimQuotient(dimProduct([b, 8]), 2)!]),
  },
  "reshape with one dimension inferred": { shape: (b) => [b, 2, 3], build: (x) => reshape(x, [-1, 3]) },
  layerNorm: {
    shape: (b) => [b, 3, 4],
    build: (x) => layerNorm(x, parameter("scale", [4]), parameter("bias", [4])),
  },
  "conv with same padding": {
    shape: (b) => [b, 2, 5, 6],
    build: (x) => conv(x, parameter("kernel", [3, 2, 3, 3]), undefined, { padding: [1, 1] }),
  },
  "conv with strides": {
    shape: (b) => [b, 2, 5, 6],
    build: (x) => conv(x, parameter("kernel", [3, 2, 3, 3]), undefined, { strides: [2, 2] }),
  },
  "conv with channels last": {
    shape: (b) => [b, 4, 5, 2],
    build: (x) => conv2dChannelsLast(x, parameter("kernel", [3, 2, 3, 3]), undefined, [1, 1]),
  },
  concat: { shape: (b) => [b, 2], build: (x) => concat([x, mul(x, 2), x], 1) },
  "sum and mean over the open dimension": {
    shape: (b) => [b, 3],
    build: (x) => concat([sum(x, { axes: [0] }), mean(x, { axes: [0] }), softmax(mean(x, { axes: [0] }))], 0),
  },
};

const programs: Program[] = [];
afterAll(() => Promise.all(programs.map((program) => program.dispose())));

async function compiled({ shape, build }: Model, b: Dim): Promise<Program> {
  const program = await compile({ y: build(input("x", shape(b)), b) }, { backend, weights, threads: 1 });
  programs.push(program);
  return program;
}

describe("a graph with an open batch gives at every size what a graph made for that size gives", () => {
  for (const [name, model] of Object.entries(models)) {
    it(name, async () => {
      const open = await compiled(model, "B");
      for (const b of [1, 2, 7]) {
        const shape = model.shape(b) as number[];
        const x = numbers(shape);
        const rest: Record<string, Float32Array> = name === "linear over tokens" ? { rows: numbers([5]) } : {};
        const fixed = await (await compiled(model, b)).run({ x, ...rest });
        const found = await open.run({ x: { data: x, shape }, ...rest });
        expect(found.y.shape).toEqual(fixed.y.shape);
        expect([...found.y.data]).toEqual([...fixed.y.data]);
        expect(found.y.data.some((value) => value !== 0)).toBe(true);
      }
    });
  }
});

it("a picture of open height and width goes through a conv with same padding", async () => {
  const x = input("x", [1, 2, "H", "W"]);
  const y = conv(x, parameter("kernel", [3, 2, 3, 3]), undefined, { padding: [1, 1] });
  expect(y.shape).toEqual([1, 3, "H", "W"]);
  const program = await compile({ y }, { backend, weights, threads: 1 });
  programs.push(program);
  for (const [h, w] of [[4, 4], [3, 7]]) {
    const { y } = await program.run({ x: { data: numbers([1, 2, h, w]), shape: [1, 2, h, w] } });
    expect(y.shape).toEqual([1, 3, h, w]);
  }
});
