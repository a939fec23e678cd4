// The part of a runtime's backend that the suite needs, by structure: this room may not import the runtime.
import type { OnnxGraph } from "../onnx/model.ts";
import { emitGraph, type Target } from "../onnx/emit.ts";
import type { DType, Sym } from "../sym.ts";

type Data = Float32Array | Int32Array | BigInt64Array | Uint8Array;
type Feed = { data: Data; shape: readonly number[]; dtype: DType };
type SuiteSession = {
  run(feeds: Record<string, Feed>, into: Record<string, Feed>): Promise<Record<string, { data: Data }>>;
  dispose(): Promise<void>;
};
export type SuiteBackend = {
  readonly target: Target;
  session(graph: OnnxGraph, options: { threads?: number }): Promise<SuiteSession>;
};

export type Values = Record<string, readonly number[]>;

/** Numbers as an array of the dtype. */
function pack(values: readonly number[], dtype: DType): Data {
  if (dtype === "int32") return Int32Array.from(values);
  if (dtype === "int64") return BigInt64Array.from(values, BigInt);
  return Float32Array.from(values);
}

/** Compiles named outputs; the function returned runs them on numbers (of the inputs that the graph has) as numbers. */
export async function compileOn(
  { backend, threads }: { backend: SuiteBackend; threads?: number },
  outputs: Record<string, Sym>,
): Promise<{ run(values: Values): Promise<Values>; dispose(): Promise<void> }> {
  const graph = emitGraph(outputs, { target: backend.target });
  const session = await backend.session(graph, threads === undefined ? {} : { threads });
  return {
    async run(values) {
      const feeds: Record<string, Feed> = {};
      for (const { name, shape, dtype } of graph.inputs) {
        feeds[name] = { data: pack(values[name], dtype), shape: shape as readonly number[], dtype };
      }
      const results = await session.run(feeds, {});
      return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, Array.from(data, Number)]));
    },
    dispose: () => session.dispose(),
  };
}
