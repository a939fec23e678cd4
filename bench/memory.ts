// Peak memory of one picture by mode, for docs/memory.md: `npm --prefix bench run memory -- <folder> [size]`. The
// folder is a published pipeline, or one of random weights by bench/random_pipeline.py. With DRIFTFIELD_TORCH (a Python
// that has diffusers) the reference is measured too.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const [folder, size = "256x256"] = process.argv.slice(2);
if (folder === undefined) throw new Error("name the folder of a published pipeline");
const model = resolve(folder);
const work = mkdtempSync(join(tmpdir(), "driftfield-memory-"));
const main = join(import.meta.dirname, "..", "dist", "cli", "main.js");
const report = 'process.on("exit", () => process._rawDebug("peak " + process.resourceUsage().maxRSS))';

const modes: [name: string, flags: string[]][] = [
  ["components in turn (the default)", []],
  ["the same, decoded in tiles", ["--vae-tiling"]],
  ["all components kept (--memory-limit 64GB)", ["--memory-limit", "64GB"]],
];

function peak(command: string, args: readonly string[]): { megabytes: number; seconds: number } {
  const began = performance.now();
  const { stderr, status } = spawnSync(command, args, { cwd: work, encoding: "utf8" });
  const [, kilobytes] = /^peak (\d+)$/m.exec(stderr) ?? [];
  if (status !== 0 || kilobytes === undefined) throw new Error(stderr);
  return { megabytes: Number(kilobytes) / 1000, seconds: (performance.now() - began) / 1000 };
}

const rows = modes.map(([name, flags]) => {
  const generate = ["generate", "a cat", "--model", model, "--steps", "2", "--size", size, "--seed", "1", ...flags];
  return { name, ...peak(process.execPath, ["--import", `data:text/javascript,${report}`, main, ...generate]) };
});
const python = process.env.DRIFTFIELD_TORCH;
if (python !== undefined) {
  const [width, height] = size.split("x");
  const script = `
import resource, sys
sys.modules["torchvision"] = None
import torch, diffusers
pipe = diffusers.StableDiffusionPipeline.from_pretrained(${JSON.stringify(model)}, safety_checker=None)
torch.set_num_threads(2)
pipe("a cat", num_inference_steps=2, width=${width}, height=${height}, generator=torch.Generator().manual_seed(1))
print("\\npeak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
`;
  rows.push({ name: "diffusers", ...peak(python, ["-c", script]) });
}
rmSync(work, { recursive: true });
const lines = rows.map(({ name, megabytes, seconds }) => `| ${name} | ${Math.round(megabytes)} | ${seconds.toFixed(1)} |`);
process.stdout.write(["| mode | peak, MB | seconds |", "|---|---|---|", ...lines, ""].join("\n"));
