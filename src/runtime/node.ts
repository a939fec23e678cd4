// ONNX Runtime's native package: the engine in Node.
import { availableParallelism } from "node:os";
import { encodeModel } from "../graph/index.ts";
import type { Backend } from "./backend.ts";
import { wrapSession, type OrtModule } from "./ort.ts";

let loaded: Promise<OrtModule> | undefined;

async function load(): Promise<OrtModule> {
  const ort = await import("onnxruntime-node");
  return (ort.default ?? ort) as unknown as OrtModule;
}

/** onnxruntime-node on the CPU. */
export const nodeBackend: Backend = {
  name: "onnxruntime-node/cpu",
  target: "cpu",
  mapsFiles: true,
  async session(graph, { threads = availableParallelism(), folder }) {
    const ort = await (loaded ??= load());
    const session = await ort.InferenceSession.create(encodeModel(graph), {
      executionProviders: ["cpu"],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      enableMemPattern: false, // planned buffers cost a third more memory, and save 2% of a training step's time
      logSeverityLevel: 3,
      extra: {
        session: {
          set_denormal_as_zero: "1", // moments decay into denormals, which are a hundred times slower
          ...(folder !== undefined && { model_external_initializers_file_folder_path: folder }),
        },
      },
    });
    return wrapSession(ort, session, true);
  },
};
