// The part of ONNX Runtime's JavaScript interface that both its packages share, and a session made of it.
import type { Data, Feed, Result, Session } from "./backend.ts";

type OrtTensor = { data: Data; dims: readonly number[]; dispose?(): void };
export type OrtSession = {
  outputNames: readonly string[];
  run(feeds: Record<string, OrtTensor>, fetches: Record<string, OrtTensor | null>): Promise<Record<string, OrtTensor>>;
  release(): Promise<void>;
};
export type OrtModule = {
  Tensor: new (type: string, data: Data, dims: readonly number[]) => OrtTensor;
  InferenceSession: { create(model: Uint8Array, options: Record<string, unknown>): Promise<OrtSession> };
};


/**
 * Wraps a session. `fillsOutputs` says whether the package writes into preallocated outputs: onnxruntime-node does (the
 * map it returns holds copies, ignored here); onnxruntime-web leaves them untouched without an error, so there the
 * results are copied.
 */
export function wrapSession(ort: OrtModule, session: OrtSession, fillsOutputs: boolean): Session {
  const toTensor = ({ data, shape, dtype }: Feed): OrtTensor => new ort.Tensor(dtype, data, shape);
  return {
    async run(feeds, into) {
      const inputs = Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, toTensor(feed)]));
      const fetches: Record<string, OrtTensor | null> = {};
      for (const name of session.outputNames) fetches[name] = fillsOutputs && into[name] ? toTensor(into[name]) : null;
      const outputs = await session.run(inputs, fetches);
      const results: Record<string, Result> = {};
      for (const name of session.outputNames) {
        const target = into[name];
        if (target === undefined) {
          results[name] = { data: outputs[name].data, shape: outputs[name].dims };
          continue;
        }
        if (!fillsOutputs) (target.data as Float32Array).set(outputs[name].data as Float32Array);
        results[name] = { data: target.data, shape: target.shape };
      }
      return results;
    },
    dispose: () => session.release(),
  };
}
