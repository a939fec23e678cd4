// A small run in a process of its own, for a test that kills it: learns a sine, saving as often as it can.
import { gelu, meanSquaredError } from "../../src/graph/index.ts";
import { denseLayer } from "../../src/nn/index.ts";
import { counterUniform } from "../../src/random/index.ts";
import { nodeBackend } from "../../src/runtime/index.ts";
import { run, type Task } from "../../src/training/index.ts";

const BATCH = 16;
export const sineTask: Task = {
  name: "sine",
  batchSize: BATCH,
  batch: { x: { shape: [BATCH, 1], dtype: "float32" }, y: { shape: [BATCH, 1], dtype: "float32" } },
  loss: (scope, { x, y }) => ({
    loss: meanSquaredError(denseLayer(scope.at("out"), gelu(denseLayer(scope.at("hidden"), x, 256)), 1), y),
  }),
  makeBatch: (step) => {
    const x = counterUniform({ seed: 5, sample: 0, draw: step }, new Float32Array(BATCH)).map((value) => 2 * value - 1);
    return { x, y: x.map((value) => Math.sin(3 * value)) };
  },
};

if (process.argv[2] !== undefined) {
  const settings = { folder: process.argv[2], seed: 3, steps: 1_000_000, rate: 0.01, checkpointEvery: 0, threads: 1 };
  for await (const record of run(sineTask, {
    ...settings,
    backend: await nodeBackend(),
    resume: process.argv[3] === "resume",
  })) {
    if (record.checkpoint !== undefined) process.stdout.write(`${record.step}\n`);
  }
}
