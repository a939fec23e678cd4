// Which kernels ONNX Runtime is kept from copying into another order.
import { expect, it } from "vitest";
import { conv, emitGraph, input, parameter, type Target } from "../index.ts";

/** Whether the kernel of a convolution of a map of `side` is listed as an input's default. */
function isKept(side: number, target: Target, inFile: boolean): boolean {
  const y = conv(input("x", ["B", 2, side, side]), parameter("w", [3, 2, 1, 1]));
  const content = inFile ? { location: "w.safetensors", offset: 0, length: 24 } : new Uint8Array(24);
  const graph = emitGraph({ y }, { target, bind: () => ({ dtype: "float32", content }) });
  expect(graph.inputs.map(({ name }) => name)).toEqual(["x"]); // nobody has to give it
  return graph.initializers.find(({ name }) => name === "w")?.isDefault ?? false;
}

it("keeps a stored kernel as it is where the map is small, on the CPU", () => {
  expect(isKept(16, "cpu", true)).toBe(true);
  expect(isKept(17, "cpu", true)).toBe(false);
  expect(isKept(16, "wasm", true)).toBe(false);
  expect(isKept(16, "cpu", false)).toBe(false);
});
