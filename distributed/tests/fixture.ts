// What the Python tests are held against: tiny data sets, an exported run of each preset, and the TypeScript trainer's
// own batches, losses and states.
//
//   node --import tsx distributed/tests/fixture.ts <folder> [preset...]
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeSafetensors } from "../../src/files/index.ts";
import { registryOf } from "../../src/nn/index.ts";
import { nodeBackend } from "../../src/runtime/index.ts";
import { prepare } from "../../src/training/presets/index.ts";
import { exportRun } from "../../src/training/run-export.ts";
import { run } from "../../src/training/run.ts";
import { initialState, loadState } from "../../src/training/state.ts";
import { checkpointPath } from "../../src/training/run.ts";
import { writeDataSets } from "./fixture-data.ts";
import { writeOps } from "./fixture-ops.ts";
import { writeSamplings } from "./fixture-sampling.ts";

const [folder, ...only] = process.argv.slice(2);
const data = join(folder, "data");
const STEPS = 50;
const backend = await nodeBackend();

writeDataSets(data);
const options = { data, seed: 3, cache: join(data, "cache"), backend };
const presets = { vae: 4, "vae-decoder": 4, clip: 8, emoji: 8, "face-judge": 8, spiral: undefined };
for (const [preset, batchSize] of Object.entries(presets)) {
  if (only.length > 0 && !only.includes(preset)) continue;
  const exported = await prepare(preset, { ...options, ...(batchSize && { batchSize }), exported: true });
  const { task } = exported;
  const registry = registryOf(task.loss, task.batch);
  const state = initialState(registry, 3);
  const out = join(folder, preset);
  const steps = preset === "emoji" || preset === "spiral" ? STEPS : 4;
  await exportRun(exported, { preset, folder: out, seed: 3, steps, rate: 5e-4, state, cache: options.cache });
  const here = (await prepare(preset, { ...options, ...(batchSize && { batchSize }) })).task;
  for (const step of [0, 2]) {
    const tensors = Object.entries(here.makeBatch(step)).map(([name, values]) => ({
      name, shape: here.batch[name].shape, data: values as Float32Array,
    }));
    await writeSafetensors(join(folder, `${preset}-batch-${step}.safetensors`), tensors);
  }
  const settings = { ...exported.settings, seed: 3, rate: 5e-4, steps, backend, threads: 1 };
  const losses: number[] = [];
  const at = join(folder, `${preset}-here`);
  let last = state;
  for await (const record of run(here, { ...settings, folder: at })) {
    losses.push(record.loss);
    last = record.state;
  }
  await exported.export(join(folder, `${preset}-model`), last);
  writeFileSync(join(folder, `${preset}-losses.json`), JSON.stringify(losses));
  if (preset !== "emoji") continue;
  // The first half here, for going on in PyTorch.
  const half = join(folder, "emoji-half-here");
  for await (const { step } of run(here, { ...settings, folder: half })) if (step === STEPS / 2) break;
  const saved = await loadState(checkpointPath(half), registry);
  if (saved.step !== STEPS / 2) throw new Error(`half a run ended at step ${saved.step}`);
}
if (only.length === 0 || only.includes("sampling")) await writeSamplings(folder);
if (only.length === 0) {
  mkdirSync(join(folder, "ops"), { recursive: true });
  await writeOps(join(folder, "ops"), backend);
}
