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
 * Frees arrays at once instead of at the next garbage collection: sent through a port that nobody holds the other end
 * of, their memory goes with the message. A training step leaves copies of its whole state behind (decision 5).
 */
function discard(tensors: readonly OrtTensor[]): void {
  if (tensors.length === 0) return;
  const { port1, port2 } = new MessageChannel();
  port2.close();
  port1.postMessage(
    null,
    tensors.map(({ data }) => data.buffer as ArrayBuffer),
  );
  port1.close();
}

/** The outputs whose values lie in the caller's arrays too. */
function copiesOf(into: Record<string, Feed>, outputs: Record<string, OrtTensor>): OrtTensor[] {
  return Object.entries(into).flatMap(([name, { data }]) =>
    data.buffer === outputs[name].data.buffer ? [] : [outputs[name]],
  );
}

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
      if (fillsOutputs) discard(copiesOf(into, outputs));
      return results;
    },
    dispose: () => session.release(),
  };
}
