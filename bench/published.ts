// Stable Diffusion 2.1 at full size with random weights, 512x512: ours and PyTorch's (eager), in turns in one run.
//
//   DRIFTFIELD_TORCH=<python with diffusers> npm --prefix bench run published -- \
//     [--only unet|vae|text|memory] [--turns 3] [--threads 2]
//
// The folder (5 GB) is made once, in $DRIFTFIELD_BENCH_FOLDER or the system's folder for temporary files. "memory" is a
// whole picture's peak (bench/memory.ts); the components' peaks stand beside their times.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readTensor, withSafetensors } from "../src/files/index.ts";
import { startSide } from "./side.ts";

type Answer = { ms: number[]; cpu: number[]; created: number; peakMegabytes: number };

const beside = (file: string): string => join(import.meta.dirname, file);
const { only, turns, threads } = parseArgs({
  options: {
    only: { type: "string" },
    turns: { type: "string", default: "3" },
    threads: { type: "string", default: "2" },
  },
}).values;
const python = process.env["DRIFTFIELD_TORCH"];
if (python === undefined) throw new Error("set DRIFTFIELD_TORCH to a Python that has diffusers: it makes the folder");
const folder = process.env["DRIFTFIELD_BENCH_FOLDER"] ?? join(tmpdir(), "driftfield-published");
if (!existsSync(join(folder, "inputs.safetensors"))) {
  execFileSync(python, [beside("published_side.py"), "make", folder], { stdio: "inherit" });
}

const goals = { text: 0.9, vae: 0.8, unet: 0.78 };
const parts = [...Object.keys(goals), "memory"];
if (only !== undefined && !parts.includes(only)) throw new Error(`--only must be one of ${parts.join(", ")}`);
const say = (line: string): unknown => process.stdout.write(`${line}\n`);
const seconds = (ms: number): string => (ms / 1000).toFixed(2);

async function furthest(name: string): Promise<string> {
  const [ours, theirs] = await Promise.all(
    ["ours", "torch"].map((who) =>
      withSafetensors(join(folder, `${name}-${who}.safetensors`), (file) => readTensor(file, "out")),
    ),
  );
  let [apart, largest] = [0, 0];
  theirs.data.forEach((value, i) => {
    apart = Math.max(apart, Math.abs(value - ours.data[i]));
    largest = Math.max(largest, Math.abs(value));
  });
  return (apart / largest).toExponential(1);
}

const heads = "component | ours s: minimum (processor) | PyTorch s | ratio (goal) | session s | peak MB, ours and PyTorch";
if (only !== "memory") say(`| ${heads} | apart |`);
if (only !== "memory") say("|---|---|---|---|---|---|---|");
for (const [part, goal] of Object.entries(goals)) {
  if (only !== undefined && only !== part) continue;
  const name = part === "text" ? "text_encoder" : part;
  const args = [name, folder, threads];
  const sides = [
    startSide<Answer>(process.execPath, ["--import", "tsx", beside("published-ours.ts"), ...args]),
    startSide<Answer>(python, [beside("published_side.py"), ...args]),
  ];
  const answers = sides.map((): Answer[] => []);
  for (let i = 0; i < Number(turns); i++) {
    for (const [k, side] of sides.entries()) answers[k].push(await side.run(1));
  }
  for (const side of sides) await side.close();
  const least = (key: "ms" | "cpu"): number[] =>
    answers.map((list) => Math.min(...list.flatMap((answer) => answer[key])));
  const [ms, cpu] = [least("ms"), least("cpu")];
  const shown = ms.map((value, k) => `${seconds(value)} (${seconds(cpu[k])})`);
  const peaks = answers.map((list) => list.at(-1)!.peakMegabytes.toFixed(0)).join(" and ");
  const ratio = `${(ms[0] / ms[1]).toFixed(2)} (${goal})`;
  const apart = await furthest(name);
  say(`| ${name} | ${shown.join(" | ")} | ${ratio} | ${seconds(answers[0][0].created)} | ${peaks} | ${apart} |`);
}

if (only === undefined || only === "memory") {
  execFileSync(process.execPath, ["--import", "tsx", beside("memory.ts"), folder, "512x512"], { stdio: "inherit" });
}
