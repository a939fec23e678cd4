// What creating the session of a full-size U-Net costs, and a run of it, by the session's settings. One process for
// each setting, so that memory can be told apart:
//
//   npx tsx bench/session.ts <folder of bench/published_side.py make> [latents' side] [setting=value ...]
//
// Settings: level=all|extended|basic|disabled, off=<optimizers, separated by ;>, prepack=no, arena=no, threads=<n>,
// runs=<n>, profile=<file>, kept=<least bytes of a kernel that stays as it is stored, instead of the rule in
// src/graph/ops/conv.ts; Infinity for none>.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { encodeModel, type OnnxGraph } from "../src/graph/index.ts";
import { loadUNet } from "../src/models/unet/unet.ts";
import { type Backend, nodeBackend } from "../src/runtime/index.ts";
import { wrapSession, type OrtModule } from "../src/runtime/ort.ts";

const [folder, side = "64", ...rest] = process.argv.slice(2);
const settings = Object.fromEntries(rest.map((text) => text.split("=")));
const ort = createRequire(import.meta.url)("onnxruntime-node") as OrtModule;

/** Kernels of at least `bytes`, and no others, as inputs with a default: the runtime leaves them as they are. */
function keeping(graph: OnnxGraph, bytes: number): OnnxGraph {
  const kernels = new Set(graph.nodes.filter(({ opType }) => opType === "Conv").map(({ inputs }) => inputs[1]));
  const isDefault = ({ name, content }: OnnxGraph["initializers"][number]) =>
    kernels.has(name) && !(content instanceof Uint8Array) && content.length >= bytes;
  return { ...graph, initializers: graph.initializers.map((each) => ({ ...each, isDefault: isDefault(each) })) };
}

/** Memory of this process now: its own, and files that are mapped. */
function memoryNow(): string {
  const status = readFileSync("/proc/self/status", "utf8");
  const megabytes = (key: string) => Math.round(Number(RegExp(`${key}:\\s*(\\d+)`).exec(status)?.[1]) / 1024);
  return `${megabytes("RssAnon")} MB of its own and ${megabytes("RssFile")} mapped`;
}

let created = { ms: 0, cpu: 0 };
const node = await nodeBackend();
const backend: Backend = {
  ...node,
  async session(graph, { folder: place }) {
    const [began, used] = [performance.now(), process.cpuUsage()];
    const changed = settings.kept === undefined ? graph : keeping(graph, Number(settings.kept));
    const kept = changed.initializers.filter((each) => each.isDefault);
    const bytes = kept.reduce((sum, { content }) => sum + content.length, 0);
    process.stderr.write(`${kept.length} kernels as they are stored, ${Math.round(bytes / 1e6)} MB\n`);
    const session = await ort.InferenceSession.create(encodeModel(changed), {
      executionProviders: ["cpu"],
      intraOpNumThreads: Number(settings.threads ?? 2),
      interOpNumThreads: 1,
      enableMemPattern: false,
      enableCpuMemArena: settings.arena !== "no",
      logSeverityLevel: Number(settings.log ?? 3),
      graphOptimizationLevel: settings.level ?? "all",
      ...(settings.profile && { enableProfiling: true, profileFilePrefix: settings.profile }),
      extra: {
        session: {
          set_denormal_as_zero: "1",
          model_external_initializers_file_folder_path: place!,
          ...(settings.prepack === "no" && { disable_prepacking: "1" }),
        },
        ...(settings.off && { optimization: { disable_specified_optimizers: settings.off } }),
      },
    });
    const { user, system } = process.cpuUsage(used);
    process.stderr.write(`after the session: ${memoryNow()}\n`);
    created = { ms: performance.now() - began, cpu: (user + system) / 1000 };
    return wrapSession(ort, session, true);
  },
};

const size = Number(side);
const unet = await loadUNet(join(folder, "unet"), { backend });
const sample = { data: new Float32Array(2 * 4 * size * size).map((_, i) => Math.sin(i)), shape: [2, 4, size, size] };
const hidden = { data: new Float32Array(2 * 77 * 1024).map((_, i) => Math.cos(i)), shape: [2, 77, 1024] };
const [ms, cpu]: number[][] = [[], []];
let first = 0;
for (let i = 0; i < Number(settings.runs ?? 2); i++) {
  const [began, used] = [performance.now(), process.cpuUsage()];
  const out = await unet.denoise({ sample, timestep: 501, hidden });
  const { user, system } = process.cpuUsage(used);
  ms.push(performance.now() - began);
  cpu.push((user + system) / 1000);
  first = out.data[0];
}
const least = (values: number[]) => Math.round(Math.min(...values.slice(1)));
const peak = Math.round(process.resourceUsage().maxRSS / 1024);
process.stdout.write(
  `${rest.join(" ")}: session ${Math.round(created.ms)} ms (${Math.round(created.cpu)} of processor), ` +
    `run ${least(ms)} (${least(cpu)}), peak ${peak} MB, now ${memoryNow()}, first number ${first}\n`,
);
await unet.dispose();
