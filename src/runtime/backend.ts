// What an execution engine offers to the rest: sessions made of ONNX bytes, run on typed arrays.
import type { DType, OnnxGraph, Shape, Target } from "../graph/index.ts";

export type Data = Float32Array | Int32Array | BigInt64Array | Uint8Array;
export type Feed = { data: Data; shape: readonly number[]; dtype: DType };
export type Result = { data: Data; shape: readonly number[] };

export type SessionOptions = {
  /** Threads of one run; all cores by default. */
  threads?: number;
  /** The folder that external initializers are named in (Node). */
  folder?: string;
  /** Files that external initializers are named in, as bytes (browser). */
  files?: readonly { path: string; data: Uint8Array }[];
};

export interface Session {
  /** Runs the graph. Outputs named in `into` are written there, and the result holds those same arrays. */
  run(feeds: Record<string, Feed>, into: Record<string, Feed>): Promise<Record<string, Result>>;
  dispose(): Promise<void>;
}

export interface Backend {
  /** "onnxruntime-node/cpu", "onnxruntime-web/wasm", ... */
  readonly name: string;
  readonly target: Target;
  /** Whether external initializers are mapped from files by path. */
  readonly mapsFiles: boolean;
  /** The most bytes that weights may take on their way in, where there is such a limit (WebAssembly's). */
  readonly memory?: number;
  session(graph: OnnxGraph, options: SessionOptions): Promise<Session>;
}

export type { Shape };
