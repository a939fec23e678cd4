// The trainer: learns the points that it is given, says how it goes, and keeps where it is.
import { train } from "driftfield/point";
import { load, save } from "../lab/saved.ts";
import type { FromTrainer, ToTrainer } from "./training-messages.ts";

const port = self as unknown as { onmessage: unknown; postMessage(message: FromTrainer): void };

/** Steps between two looks at the mail; checkpoints are at multiples of it. */
const RUN = 50;
/** Milliseconds between two words on how it goes, two models, two checkpoints. */
const [SAY_EVERY, SHOW_EVERY, KEEP_EVERY] = [250, 1000, 2000];

let newest = 0;
let running: Promise<void> = Promise.resolve();

port.onmessage = ({ data }: MessageEvent<ToTrainer>) => {
  const mine = ++newest;
  const calledOff = (): boolean => mine !== newest;
  if (data.type === "pause") return;
  running = running.then(async () => {
    if (calledOff()) return;
    try {
      await work(data, calledOff);
    } catch (error) {
      port.postMessage({ type: "failed", message: error instanceof Error ? error.message : String(error) });
    }
  });
};

/** Lets messages in. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

async function work(
  { key, points, seed, goal }: Extract<ToTrainer, { type: "start" }>, calledOff: () => boolean,
): Promise<void> {
  const kept = await load(key);
  const from = kept !== undefined && kept.step <= goal ? kept : undefined;
  let losses = from?.losses ?? new Float32Array(0);
  let step = from?.step ?? 0;
  port.postMessage({ type: "progress", step, losses, fresh: true, stepsPerSecond: 0 });
  if (from) port.postMessage({ type: "model", step, config: from.config, weights: from.weights });
  if (step < goal) {
    const data = { name: "studio", points: { data: points, shape: [points.length / 2, 2] }, curves: [] };
    let fresh: number[] = [];
    let [said, shown, saved] = [0, 0, performance.now()];

    const resume = from && { resume: from.checkpoint };
    for await (const record of train({ data, seed, stepsPerRun: RUN, ...resume })) {
      ({ step } = record);
      fresh.push(record.loss);
      if (step % RUN !== 0) continue;
      await turn();
      const end = calledOff() || step >= goal;
      const now = performance.now();
      if (!end && now - said < SAY_EVERY) continue;
      said = now;
      losses = joined(losses, fresh);
      port.postMessage({
        type: "progress", step, losses: Float32Array.from(fresh), fresh: false, stepsPerSecond: record.stepsPerSecond,
      });
      fresh = [];
      if (!end && now - shown < SHOW_EVERY) continue;
      shown = now;
      const { config, weights } = record.model();
      const model = { config, weights: Object.fromEntries(weights) };
      port.postMessage({ type: "model", step, ...model });
      if (end || now - saved > KEEP_EVERY) {
        await save({ key, step, losses, checkpoint: await record.checkpoint(), ...model });
        port.postMessage({ type: "kept", step });
        saved = performance.now();
      }
      if (end) break;
    }
  }
  port.postMessage({ type: "stopped", step });
}

function joined(before: Float32Array, after: readonly number[]): Float32Array {
  const all = new Float32Array(before.length + after.length);
  all.set(before);
  all.set(after, before.length);
  return all;
}
