// Times a sampler's step of a 4x64x64 latent against the loop that one would write in numpy: ours, numpy, in turns.
//
//   DRIFTFIELD_PYTHON=python npm --prefix bench run samplers      (a Python with numpy; without it, ours alone)
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { sample, schedulerFromConfig } from "../dist/diffusion/index.js";

const shape = [1, 4, 64, 64];
const steps = 50;
const rounds = 5;
const table = { beta_schedule: "scaled_linear", beta_start: 0.00085, beta_end: 0.012 };
const scheduler = schedulerFromConfig({ _class_name: "DDIMScheduler", clip_sample: false, ...table });
const plan = scheduler.plan(steps);
const waves = (speed: number) => Float32Array.from({ length: 4 * 64 * 64 }, (_, i) => Math.sin(speed * i));
const [x, prediction] = [0.7, 1.3].map((speed) => ({ data: waves(speed), shape }));

/** Microseconds a step, the least of 100 runs. */
async function ours(): Promise<number> {
  let best = Infinity;
  for (let run = 0; run < 100; run++) {
    const before = performance.now();
    for await (const record of sample({ scheduler, plan, x, model: () => prediction })) void record;
    best = Math.min(best, (performance.now() - before) / steps);
  }
  return best * 1000;
}

/** What 20,000 steps leave behind, in MB: nothing, where memory doesn't grow with them. */
async function growth(): Promise<number> {
  const held = async () => {
    for (let i = 0; i < 3; i++) {
      globalThis.gc?.();
      await new Promise((done) => setTimeout(done, 50)); // array buffers are swept on another thread
    }
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return (heapUsed + arrayBuffers) / 2 ** 20;
  };
  const before = await held();
  const long = scheduler.plan(1000);
  for (let run = 0; run < 20; run++) {
    for await (const record of sample({ scheduler, plan: long, x, model: () => prediction })) void record;
  }
  return (await held()) - before;
}

const python = process.env["DRIFTFIELD_PYTHON"];
const script = fileURLToPath(new URL("numpy_side.py", import.meta.url));
const numpy = () => Number(execFileSync(python!, [script], { encoding: "utf8" }));

const found = { ours: Infinity, numpy: Infinity };
for (let round = 0; round < rounds; round++) {
  found.ours = Math.min(found.ours, await ours());
  if (python !== undefined) found.numpy = Math.min(found.numpy, numpy());
}
const ratio = (found.ours / found.numpy).toFixed(2);
const peer = python === undefined ? "" : `, numpy ${found.numpy.toFixed(1)} us (ratio ${ratio})`;
process.stdout.write(`a DDIM step of 4x64x64: ${found.ours.toFixed(1)} us${peer}\n`);
await growth(); // warm
process.stdout.write(`held after 20,000 steps: ${(await growth()).toFixed(1)} MB more than before\n`);
