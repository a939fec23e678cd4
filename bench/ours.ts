// Our side of a comparison, as a process of its own: a line with a number of steps in, one line of JSON out.
import { createInterface } from "node:readline";
import { registryOf } from "../src/nn/index.ts";
import { counterNormal } from "../src/random/index.ts";
import { nodeBackend } from "../src/runtime/index.ts";
import { initialState } from "../src/training/state.ts";
import { trainLoop } from "../src/training/train.ts";
import { sizeOf } from "../src/core/index.ts";
import { workloads } from "./workloads.ts";

const [name, threads] = process.argv.slice(2);
const { loss, batch, stepsPerRun } = workloads[name];
const registry = registryOf(loss, batch);
const parameters = [...registry.values()].reduce((total, { shape }) => total + sizeOf(shape), 0);
const fixed = Object.fromEntries(
  Object.entries(batch).map(([key, { shape }], draw) => {
    return [key, counterNormal({ seed: 1, sample: 0, draw }, new Float32Array(sizeOf(shape)))];
  }),
);
const steps = trainLoop(
  { name, loss, batch, batchSize: 1, makeBatch: () => fixed },
  initialState(registry, 0),
  { steps: Infinity, stepsPerRun, rate: 1e-3, backend: await nodeBackend(), threads: Number(threads) },
);

for await (const line of createInterface({ input: process.stdin })) {
  const ms: number[] = [];
  let last = NaN;
  for (let done = 0; done < Number(line); done += stepsPerRun) {
    const began = performance.now();
    for (let i = 0; i < stepsPerRun; i++) last = ((await steps.next()).value as { loss: number }).loss;
    ms.push((performance.now() - began) / stepsPerRun);
  }
  const peakMegabytes = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(`${JSON.stringify({ ms, loss: last, parameters, peakMegabytes })}\n`);
}
process.exit(0);
