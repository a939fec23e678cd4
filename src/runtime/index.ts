// runtime: executes graphs. Imports core, graph and ONNX Runtime.
export type { Backend, Data, Result, Session, SessionOptions } from "./backend.ts";
export { compile, type CompileOptions, type FeedValue, type Program, type Weight, type Weights } from "./program.ts";
export { webBackend } from "./web.ts";

/** onnxruntime-node on the CPU, loaded when asked for (a page never loads it). */
export async function nodeBackend(): Promise<import("./backend.ts").Backend> {
  return (await import("./node.ts")).nodeBackend;
}
