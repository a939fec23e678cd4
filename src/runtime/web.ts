// ONNX Runtime's WebAssembly package: the engine in browsers, and in Node where the native one isn't wanted.
import { encodeModel } from "../graph/index.ts";
import type { Backend } from "./backend.ts";
import { wrapSession, type OrtModule } from "./ort.ts";

type WebModule = OrtModule & { env: { logLevel: string; wasm: { numThreads?: number; wasmPaths?: string } } };

async function load(provider: "wasm" | "webgpu"): Promise<WebModule> {
  const ort = provider === "wasm" ? await import("#onnxruntime-wasm") : await import("onnxruntime-web/webgpu");
  return ((ort as { default?: unknown }).default ?? ort) as unknown as WebModule;
}

type WebOptions = {
  /** Where a page finds the package's .wasm files: a URL ending in /. */
  wasmPaths?: string;
  /** The most bytes that weights may take; WebAssembly's 4 GiB less room to compute in, unless told otherwise. */
  memory?: number;
};

/** onnxruntime-web on wasm or WebGPU. */
export function webBackend(provider: "wasm" | "webgpu" = "wasm", options: WebOptions = {}): Backend {
  const { wasmPaths, memory = 3.2e9 } = options;
  return {
    memory,
    name: `onnxruntime-web/${provider}`,
    target: provider,
    mapsFiles: false,
    async session(graph, { threads, files = [] }) {
      const ort = await load(provider);
      ort.env.logLevel = "error";
      if (wasmPaths !== undefined) ort.env.wasm.wasmPaths = wasmPaths;
      if (threads !== undefined) ort.env.wasm.numThreads = threads;
      const session = await ort.InferenceSession.create(encodeModel(graph), {
        executionProviders: [provider],
        logSeverityLevel: 3,
        ...(files.length > 0 && { externalData: files }),
        extra: { session: { set_denormal_as_zero: "1" } },
      });
      return wrapSession(ort, session, false);
    },
  };
}
