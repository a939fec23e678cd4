// The spiral's training in a page: what bench/spiral.ts loads into Chromium.
import { trainPoints, type PointTrainRecord } from "../src/training/point/index.ts";

let records: AsyncGenerator<PointTrainRecord, unknown>;

/** Compiles and takes a first run of steps. */
export async function start(threads: number): Promise<void> {
  records = trainPoints({ preset: "spiral", reference: true, steps: 1e9, threads });
  await records.next();
}

/** Takes steps; their mean time in ms, and the last loss. */
export async function run(steps: number): Promise<{ ms: number[]; loss: number }> {
  const began = performance.now();
  let loss = NaN;
  for (let i = 0; i < steps; i++) loss = ((await records.next()).value as PointTrainRecord).loss;
  return { ms: [(performance.now() - began) / steps], loss };
}
