// A compiled graph: named syms in, a session out, with feeds checked against the shapes that the graph was built for.
import { DriftfieldError, sizeOf } from "../core/index.ts";
import { emitGraph, isStatic, sameShape, showShape } from "../graph/index.ts";
import type { Dim, DType, Shape, Sym } from "../graph/index.ts";
import type { Backend, Data, Feed, Result } from "./backend.ts";

/** The bytes of one weight: in memory, or a range of a file. */
export type Weight = {
  dtype: DType;
  shape: readonly number[];
  content: Uint8Array | { path: string; offset: number; length: number };
};
export type Weights = ReadonlyMap<string, Weight>;

export type CompileOptions = {
  backend: Backend;
  /** Binds parameters as constants; those it lacks (or all, without it) become inputs of the run. */
  weights?: Weights;
  threads?: number;
  name?: string;
};

/** Data alone where the graph's shape says it all; with its shape where a dimension is open. */
export type FeedValue = Data | { data: Data; shape: readonly number[] };

/** A compiled graph. */
export interface Program {
  readonly inputs: ReadonlyMap<string, { shape: Shape; dtype: DType }>;
  readonly outputs: ReadonlyMap<string, { shape: Shape; dtype: DType }>;
  /** Runs it. Outputs named in `into` are written into those arrays instead of new ones. */
  run(feeds: Record<string, FeedValue>, into?: Record<string, Data>): Promise<Record<string, Result>>;
  dispose(): Promise<void>;
}

/** Compiles the graph of `outputs` for a backend. Throws where a weight has another shape or lacks bytes. */
export async function compile(outputs: Record<string, Sym>, options: CompileOptions): Promise<Program> {
  const { backend, weights, threads, name } = options;
  const folders = new Set<string>();
  const graph = emitGraph(outputs, {
    target: backend.target,
    ...(name !== undefined && { name }),
    bind: (parameter) => {
      const weight = weights?.get(parameter);
      if (weight === undefined) return "input";
      const { dtype, content } = weight;
      if (content instanceof Uint8Array) return { dtype, content };
      const slash = content.path.lastIndexOf("/");
      folders.add(slash < 0 ? "." : content.path.slice(0, slash + 1));
      const { path, offset, length } = content;
      return { dtype, content: { location: path.slice(slash + 1), offset, length } };
    },
  });
  for (const { name, shape } of graph.initializers) checkWeight(name, shape, weights?.get(name));
  if (folders.size > 1) throw new DriftfieldError("unsupported", "one graph's weights must lie in one folder");
  const [folder] = folders;
  const session = await backend.session(graph, {
    ...(threads !== undefined && { threads }),
    ...(folder !== undefined && { folder }),
  });
  const inputs = new Map(graph.inputs.map(({ name, shape, dtype }) => [name, { shape, dtype }]));
  const results = new Map(graph.outputs.map(({ name, shape, dtype }) => [name, { shape, dtype }]));
  return {
    inputs,
    outputs: results,
    async run(feeds, into = {}) {
      const checked: Record<string, Feed> = {};
      for (const [name, type] of inputs) checked[name] = checkFeed(name, type, feeds[name]);
      for (const name of Object.keys(feeds)) {
        if (!inputs.has(name)) throw unknown("input", name);
      }
      const targets: Record<string, Feed> = {};
      for (const [name, data] of Object.entries(into)) {
        const type = results.get(name);
        if (type === undefined) throw unknown("output", name);
        targets[name] = checkFeed(name, type, data);
      }
      return session.run(checked, targets);
    },
    dispose: () => session.dispose(),
  };
}

function unknown(kind: "input" | "output", name: string): DriftfieldError {
  return new DriftfieldError("unknown_option", `the graph has no ${kind} ${name}`, { path: name });
}

const bytesEach = { float32: 4, int32: 4, int64: 8, uint8: 1, bool: 1, float16: 2, bfloat16: 2 } as const;

function checkWeight(name: string, shape: readonly number[], weight: Weight | undefined): void {
  if (weight === undefined) return; // a constant of the graph
  if (!sameShape(weight.shape, shape)) {
    const [expected, received] = [showShape(shape), showShape(weight.shape)];
    throw new DriftfieldError("shape_mismatch", `the weight ${name} must be ${expected}, got ${received}`, {
      path: name,
      expected,
      received,
      hint: "these weights belong to another model",
    });
  }
  const bytes = sizeOf(shape) * bytesEach[weight.dtype];
  if (weight.content.length !== bytes) {
    const message = `the weight ${name} must have ${bytes} bytes, got ${weight.content.length}`;
    throw new DriftfieldError("invalid_file", message, { path: name, hint: "the file may be cut short" });
  }
}

const arrays = { float32: Float32Array, int32: Int32Array, int64: BigInt64Array, uint8: Uint8Array, bool: Uint8Array };

function checkFeed(name: string, { shape, dtype }: { shape: Shape; dtype: DType }, value: FeedValue | undefined): Feed {
  if (value === undefined) {
    throw new DriftfieldError("shape_mismatch", `the run lacks the input ${name} ${showShape(shape)}`, { path: name });
  }
  const plain = ArrayBuffer.isView(value);
  const data = plain ? value : value.data;
  const given = plain ? shape : value.shape;
  if (dtype === "float16" || dtype === "bfloat16") {
    throw new DriftfieldError("unsupported", `${name} is ${dtype}, which a run can't take`, { path: name });
  }
  const array = arrays[dtype];
  if (!(data instanceof array)) {
    const message = `${name} must be a ${array.name}, got a ${data.constructor.name}`;
    throw new DriftfieldError("shape_mismatch", message, { path: name });
  }
  const fitting = (dim: Dim, i: number): boolean => typeof shape[i] === "string" || dim === shape[i];
  const fits = given.length === shape.length && given.every(fitting);
  if (!fits || !isStatic(given) || sizeOf(given) !== data.length) {
    const [expected, received] = [showShape(shape), showShape(given)];
    const message = `${name} must be ${expected}, got ${data.length} numbers as ${received}`;
    throw new DriftfieldError("shape_mismatch", message, { path: name, expected, received });
  }
  return { data, shape: given, dtype };
}
