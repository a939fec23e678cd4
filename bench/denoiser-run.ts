// The run that bench/denoiser_side.py times: the default denoiser at its own size, on pictures of discs.
//
//   npx tsx bench/denoiser-run.ts <new folder> [batch size, 64]
import { join } from "node:path";
import { writeDataSets } from "../distributed/tests/fixture-data.ts";
import { registryOf } from "../src/nn/index.ts";
import { nodeBackend } from "../src/runtime/index.ts";
import { prepare } from "../src/training/presets/index.ts";
import { exportRun } from "../src/training/run-export.ts";
import { initialState } from "../src/training/state.ts";

const [folder, batchSize = "64"] = process.argv.slice(2);
const [data, seed, rate] = [join(folder, "data"), 3, 5e-4];
writeDataSets(data);
const cache = join(data, "cache");
const how = { data, seed, cache, backend: await nodeBackend(), batchSize: Number(batchSize), exported: true };
const prepared = await prepare("emoji", how);
const state = initialState(registryOf(prepared.task.loss, prepared.task.batch), seed);
await exportRun(prepared, { preset: "emoji", folder: join(folder, "run"), seed, steps: 100, rate, state, cache });
process.stdout.write(`${join(folder, "run")}\n`);
