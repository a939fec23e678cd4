// Our side of bench/published: a component of the folder, as a process of its own.
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Tensor } from "../src/core/index.ts";
import { readRaw, readTensor, withSafetensors, writeSafetensors } from "../src/files/index.ts";
import { loadClipTextEncoder } from "../src/models/clip/encoders.ts";
import { loadUNet } from "../src/models/unet/unet.ts";
import { loadAutoencoderKL } from "../src/models/vae/autoencoder-kl.ts";
import { nodeBackend, type Backend } from "../src/runtime/index.ts";

const [component, folder, threads] = process.argv.slice(2);
const { sample, hidden, latents, ids } = await withSafetensors(join(folder, "inputs.safetensors"), async (file) => ({
  sample: await readTensor(file, "sample"),
  hidden: await readTensor(file, "hidden"),
  latents: await readTensor(file, "latents"),
  ids: new Int32Array((await readRaw(file, "ids")).buffer),
}));

let created = 0;
const node = await nodeBackend();
const backend: Backend = {
  ...node,
  async session(graph, options) {
    const began = performance.now();
    const session = await node.session(graph, { ...options, threads: Number(threads) });
    created = performance.now() - began;
    return session;
  },
};

async function load(): Promise<() => Promise<Tensor>> {
  const path = join(folder, component);
  if (component === "unet") {
    const unet = await loadUNet(path, { backend });
    return () => unet.denoise({ sample, timestep: new Float32Array([501, 501]), hidden });
  }
  if (component === "vae") {
    const vae = await loadAutoencoderKL(path, { backend });
    return () => vae.decode(latents);
  }
  const encoder = await loadClipTextEncoder(path, { backend });
  return async () => (await encoder.encode(ids, 77)).hidden;
}

const run = await load();
for await (const line of createInterface({ input: process.stdin })) {
  const [ms, cpu]: number[][] = [[], []];
  let out: Tensor | undefined;
  for (let i = 0; i < Number(line); i++) {
    const [began, used] = [performance.now(), process.cpuUsage()];
    out = await run();
    const { user, system } = process.cpuUsage(used);
    ms.push(performance.now() - began);
    cpu.push((user + system) / 1000);
  }
  const stored = [{ name: "out", shape: out!.shape, data: out!.data }];
  await writeSafetensors(join(folder, `${component}-ours.safetensors`), stored);
  const peakMegabytes = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(`${JSON.stringify({ ms, cpu, created, peakMegabytes })}\n`);
}
process.exit(0);
