// Differentiation itself: what flows where, and what is refused.
import { expect, it } from "vitest";
import { compile, nodeBackend } from "../runtime/index.ts";
import type { DriftfieldError } from "../core/index.ts";
import {
  add, cast, exp, grad, greater, input, loop, matmul, mul, parameter, parameterName, square, sum, zeros, type Sym,
} from "./index.ts";

const backend = await nodeBackend();
const x = input("x", [3]);

async function values(outputs: Record<string, Sym>): Promise<Record<string, number[]>> {
  const program = await compile(outputs, { backend, threads: 1 });
  const feeds: Record<string, Float32Array> = program.inputs.has("x") ? { x: Float32Array.of(1, 2, -3) } : {};
  const results = await program.run(feeds);
  await program.dispose();
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, Array.from(data, Number)]));
}

function refusal(build: () => unknown): DriftfieldError {
  try {
    build();
  } catch (error) {
    return error as DriftfieldError;
  }
  throw new Error("nothing was thrown");
}

it("adds up the gradients of a sym that is used several times", async () => {
  const [g] = grad(sum(add(mul(x, x), mul(x, 3))), [x]);
  expect((await values({ g })).g).toEqual([5, 7, -3]);
});

it("differentiates a gradient again", async () => {
  const cube = mul(square(x), x);
  const [first] = grad(sum(cube), [x]);
  const [second] = grad(sum(first), [x]);
  expect(await values({ first, second })).toEqual({ first: [3, 12, 27], second: [6, 12, -18] });
});

it("gives the gradient by something in the middle, and by the loss itself", async () => {
  const middle = mul(x, 2);
  const loss = sum(square(middle));
  const [byMiddle, byX, byLoss] = grad(loss, [middle, x, loss]);
  expect(await values({ byMiddle, byX, byLoss })).toEqual({ byMiddle: [4, 8, -12], byX: [8, 16, -24], byLoss: [1] });
});

it("gives zeros of its shape for what the loss doesn't depend on", async () => {
  const [g] = grad(sum(x), [input("other", [2, 2])]);
  expect(g.shape).toEqual([2, 2]);
  expect((await values({ g })).g).toEqual([0, 0, 0, 0]);
});

it("lets nothing through a comparison", async () => {
  const [g] = grad(sum(add(x, cast(greater(x, 0), "float32"))), [x]);
  expect((await values({ g })).g).toEqual([1, 1, 1]);
});

it("names the op that has no gradient", () => {
  const { state } = loop(2, [x], (_, [a]) => ({ state: [exp(a)], records: [] }));
  const error = refusal(() => grad(sum(state[0]), [x]));
  expect([error.code, error.path]).toEqual(["unsupported", "loop"]);
});

it("refuses a weight that only a loop's body uses, instead of giving zeros", () => {
  const w = input("w", [3, 3]);
  const { state } = loop(2, [input("h", [1, 3])], (_, [h]) => ({ state: [matmul(h, w)], records: [] }));
  expect(refusal(() => grad(sum(state[0]), [w])).code).toBe("unsupported");
});

it("gives the gradient by what comes out of a loop", async () => {
  const { state } = loop(2, [x], (_, [a]) => ({ state: [mul(a, 2)], records: [] }));
  const [g] = grad(sum(square(state[0])), state);
  expect((await values({ g })).g).toEqual([8, 16, -24]);
});

it("wants a scalar", () => {
  expect(refusal(() => grad(x, [x])).message).toContain("must be a scalar, got input[3]");
});

it("knows parameters by their names", () => {
  expect(parameterName(parameter("layer.weight", [2]))).toBe("layer.weight");
  expect(parameterName(x)).toBe(null);
  expect(zeros([2, 2]).shape).toEqual([2, 2]);
});
