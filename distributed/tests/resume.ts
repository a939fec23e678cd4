// The second half of the denoiser's run, which Python began in <run>.
//
//   node --import tsx distributed/tests/resume.ts <fixture's folder> <run>
import { join } from "node:path";
import { nodeBackend } from "../../src/runtime/index.ts";
import { prepare } from "../../src/training/presets/index.ts";
import { run } from "../../src/training/run.ts";

const [folder, out] = process.argv.slice(2);
const data = join(folder, "data");
const backend = await nodeBackend();
const { task, settings } = await prepare("emoji", { data, seed: 3, cache: join(data, "cache"), backend, batchSize: 8 });
const last = { ...settings, seed: 3, rate: 5e-4, steps: 50, backend, threads: 1, folder: out, resume: true };
let step = 0;
for await (const record of run(task, last)) step = record.step;
if (step !== 50) throw new Error(`the run ended at step ${step}`);
