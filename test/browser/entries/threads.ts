// Proves the ground the browser tests stand on: an isolated page, wasm threads, and a model that runs right.
import * as ort from "onnxruntime-web/wasm";
import type { Verdict } from "../../verdict.ts";

export async function run(): Promise<Verdict[]> {
  ort.env.wasm.numThreads = 2;
  const session = await ort.InferenceSession.create(addModel());
  const feeds = {
    a: new ort.Tensor("float32", [1, 2, 3], [3]),
    b: new ort.Tensor("float32", [10, 20, 30], [3]),
  };
  const { c } = await session.run(feeds);
  const sum = Array.from(c.data as Float32Array);
  return [
    { name: "the page is cross-origin isolated", ok: crossOriginIsolated, detail: String(crossOriginIsolated) },
    {
      name: "wasm keeps the two threads it was given",
      ok: ort.env.wasm.numThreads === 2,
      detail: `${ort.env.wasm.numThreads} threads`,
    },
    { name: "a model adds two vectors", ok: sum.join() === "11,22,33", detail: sum.join() },
  ];
}

/** An ONNX model `c = a + b` over vectors of 3, written by hand: fields are (number << 3 | 2), length, bytes. */
function addModel(): Uint8Array {
  const text = (value: string) => [...new TextEncoder().encode(value)];
  const field = (number: number, bytes: number[]) => [(number << 3) | 2, bytes.length, ...bytes];
  const integer = (number: number, value: number) => [number << 3, value];

  const vector = field(1, [...integer(1, 1), ...field(2, field(1, integer(1, 3)))]); // float32, shape [3]
  const value = (name: string) => [...field(1, text(name)), ...field(2, vector)];
  const node = [...field(1, text("a")), ...field(1, text("b")), ...field(2, text("c")), ...field(4, text("Add"))];
  const graph = [
    ...field(1, node),
    ...field(2, text("g")),
    ...field(11, value("a")),
    ...field(11, value("b")),
    ...field(12, value("c")),
  ];
  return new Uint8Array([...integer(1, 8), ...field(7, graph), ...field(8, integer(2, 17))]);
}
