// Asks the worker: one promise a job, which a signal calls off.
import { DriftfieldError } from "driftfield/core";
import type { Answer, Ask, Input, JobName, Output } from "./jobs.ts";

type Waiting = { resolve(output: unknown): void; reject(error: unknown): void };

let worker: Worker | undefined;
let count = 0;
const waiting = new Map<number, Waiting>();

function theWorker(): Worker {
  if (worker) return worker;
  worker = new Worker(new URL("./calculator.worker.ts", import.meta.url), { type: "module", name: "calculator" });
  worker.onmessage = ({ data }: MessageEvent<Answer>) => {
    const job = waiting.get(data.id);
    waiting.delete(data.id);
    if ("output" in data) job?.resolve(data.output);
    else job?.reject(new DriftfieldError(data.aborted ? "aborted" : "unsupported", data.error));
  };
  worker.onerror = (event) => {
    for (const job of waiting.values()) job.reject(new Error(`the worker stopped: ${event.message}`));
    waiting.clear();
    worker = undefined;
  };
  return worker;
}

/** How many jobs aren't done. */
export function pendingJobs(): number {
  return waiting.size;
}

/** What the job `name` makes of `input`. Rejects with DriftfieldError "aborted" once `signal` calls it off. */
export function ask<N extends JobName>(name: N, input: Input<N>, signal?: AbortSignal): Promise<Output<N>> {
  const id = count++;
  const post = (message: Ask) => theWorker().postMessage(message);
  return new Promise<Output<N>>((resolve, reject) => {
    waiting.set(id, { resolve: resolve as Waiting["resolve"], reject });
    post({ id, name, input });
    signal?.addEventListener("abort", () => post({ id, cancel: true }), { once: true });
  });
}
