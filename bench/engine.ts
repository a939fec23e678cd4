// Training steps of our engine and PyTorch's, in turns in one run: a machine's speed wanders, so minima are compared.
//
//   DRIFTFIELD_TORCH=<python with torch> npm --prefix bench run engine -- [turns] [threads]
import { join } from "node:path";
import { startSide } from "./side.ts";
import { workloads } from "./workloads.ts";

type Answer = { ms: number[]; loss: number; parameters: number; peakMegabytes: number };
const beside = (file: string): string => join(import.meta.dirname, file);
const [turns, threads] = [Number(process.argv[2] ?? 8), process.argv[3] ?? "2"];
const python = process.env["DRIFTFIELD_TORCH"];
const say = (line: string): unknown => process.stdout.write(`${line}\n`);

say("| training step | ours ms: minimum, median | PyTorch ms | ratio of minima (goal) | peak MB, ours and PyTorch |");
say("|---|---|---|---|---|");
for (const [name, { title, turn, goal }] of Object.entries(workloads)) {
  const sides = [startSide<Answer>(process.execPath, ["--import", "tsx", beside("ours.ts"), name, threads])];
  if (python) sides.push(startSide<Answer>(python, [beside("torch_side.py"), name, threads]));
  const answers = sides.map((): Answer[] => []);
  for (const side of sides) await side.run(turn); // warm
  for (let i = 0; i < turns; i++) {
    for (const [k, side] of sides.entries()) answers[k].push(await side.run(turn));
  }
  for (const side of sides) await side.close();
  const times = answers.map((list) => list.flatMap(({ ms }) => ms).sort((a, b) => a - b));
  const [ours, theirs] = times.map((ms) => ms[0]);
  const shown = times.map((ms) => `${ms[0].toFixed(2)}, ${ms[Math.floor(ms.length / 2)].toFixed(2)}`);
  const peaks = answers.map((list) => list.at(-1)!.peakMegabytes.toFixed(0));
  const counts = new Set(answers.map((list) => list[0].parameters));
  if (counts.size > 1) throw new Error(`${name}: the two sides have ${[...counts].join(" and ")} parameters`);
  const ratio = theirs === undefined ? "-" : `${(ours / theirs).toFixed(2)} (${goal})`;
  say(`| ${title} | ${shown[0]} | ${shown[1] ?? "-"} | ${ratio} | ${peaks.join(" and ")} |`);
}
