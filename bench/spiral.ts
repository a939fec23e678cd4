// The film's toy, trained: steps of the 100-point spiral in Node and in a page (one and two threads), and
// smalldiffusion's own loop where DRIFTFIELD_TORCH names a Python that has it. They take turns, since a machine's speed
// wanders; minima are compared.
//
//   DRIFTFIELD_TORCH=<python with smalldiffusion> npm --prefix bench run spiral -- [turns] [steps a turn]
import { join } from "node:path";
import { bundleForBrowser } from "../test/browser/bundle.ts";
import { launchChromium } from "../test/browser/chromium.ts";
import { servePage } from "../test/browser/page-server.ts";
import { startSide, type Side } from "./side.ts";

type Answer = { ms: number[]; loss: number };

const beside = (file: string): string => join(import.meta.dirname, file);
const [turns, steps] = [Number(process.argv[2] ?? 8), Number(process.argv[3] ?? 200)];
const TOTAL = 15_000;
const python = process.env["DRIFTFIELD_TORCH"];
const say = (line: string): unknown => process.stdout.write(`${line}\n`);

async function page(threads: number): Promise<Side<Answer>> {
  const server = await servePage({
    "/index.html": "<!doctype html><title>Driftfield</title><link rel=icon href=data:,>",
    ...(await bundleForBrowser(beside("spiral_page.ts"))),
  });
  const browser = await launchChromium();
  const tab = await browser.newPage();
  await tab.goto(server.url);
  // Strings, since the runner would rewrite the import() of a function.
  await tab.evaluate(`import("/bundle.js").then((entry) => (globalThis.entry = entry).start(${threads}))`);
  return {
    run: (count) => tab.evaluate<Answer>(`globalThis.entry.run(${count})`),
    async close() {
      await browser.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

const node = (threads: number): Side<Answer> =>
  startSide(process.execPath, ["--import", "tsx", beside("spiral_node.ts"), String(threads)]);

const sides: { name: string; goal: number; side: Side<Answer> }[] = [
  { name: "Node, one thread", goal: 0.4, side: node(1) },
  { name: "Chromium, isolated page, two threads", goal: 1, side: await page(2) },
  { name: "Chromium, one thread", goal: 2, side: await page(1) },
];
if (python) {
  const reference = startSide<Answer>(python, [beside("smalldiffusion_side.py"), "1"], "ignore");
  sides.push({ name: "smalldiffusion, one thread", goal: 1, side: reference });
}

const times = sides.map((): number[] => []);
for (const { side } of sides) await side.run(steps); // warm
for (let turn = 0; turn < turns; turn++) {
  for (const [k, { side }] of sides.entries()) times[k].push(...(await side.run(steps)).ms);
}
for (const { side } of sides) await side.close();

const sorted = times.map((ms) => ms.sort((a, b) => a - b));
const theirs = python ? sorted[sorted.length - 1][0] : undefined;
say("| training the spiral | ms a step: minimum, median | 15,000 steps | of smalldiffusion's time (goal) |");
say("|---|---|---|---|");
for (const [k, { name, goal }] of sides.entries()) {
  const ms = sorted[k];
  const ratio = theirs === undefined || ms[0] === theirs ? "-" : `${(ms[0] / theirs).toFixed(2)} (${goal})`;
  const whole = `${((ms[0] * TOTAL) / 1000).toFixed(1)} s`;
  say(`| ${name} | ${ms[0].toFixed(2)}, ${ms[Math.floor(ms.length / 2)].toFixed(2)} | ${whole} | ${ratio} |`);
}
process.exit(0);
