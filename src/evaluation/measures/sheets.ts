// Contact sheets: what the default model makes, over prompts, guidance and samplers.
import type { RgbImage } from "../../models/types.ts";
import type { SheetNote } from "../findings.ts";
import type { Job, Settings } from "../generate.ts";
import { contactSheet } from "../sheet.ts";
import type { Workbench } from "../workbench.ts";
import type { Measure } from "./measure.ts";
import { GUIDANCES } from "./sweeps.ts";

const PROMPTS = [
  "a cat wearing a hat",
  "a 3d emoji of a rocket",
  "a flat emoji of a pizza",
  "a blob emoji of a dog",
  "a red heart",
  "an avatar of a smiling man with a red hat and sunglasses",
  "a cartoon of a woman with long pink hair",
  "a fox wearing a crown",
  "a cow and a graduation cap",
  "a ghost on a purple background",
];
const SEEDS = [0, 1, 2, 3, 4, 5, 6, 7];
const FEW = 5; // prompts of the strips
const WAYS: readonly (Settings & { label: string })[] = [
  { label: "heun, 20 steps", sampler: "heun", numInferenceSteps: 20 },
  { label: "euler, 20", sampler: "euler", numInferenceSteps: 20 },
  { label: "dpmpp-2m, 20", sampler: "dpmpp-2m", numInferenceSteps: 20 },
  { label: "ddim, 50", sampler: "ddim", numInferenceSteps: 50 },
  { label: "ddpm, 50", sampler: "ddpm", numInferenceSteps: 50 },
  { label: "ddpm, 50, noise scale 0", sampler: "ddpm", numInferenceSteps: 50, noiseScale: 0 },
  { label: "euler, 5 steps", sampler: "euler", numInferenceSteps: 5 },
];

export const sheets: Measure = {
  name: "sheets",
  title: "Contact sheets",
  about: "Not chosen: the first seeds of fixed prompts.",
  parts: ["emoji"],
  data: [],
  weight: 3,
  async run(bench) {
    const seeds = SEEDS.slice(0, bench.count(SEEDS.length));
    const parts = 1 + GUIDANCES.length + WAYS.length;
    const notes: SheetNote[] = [];
    const keep = (file: string, rows: (RgbImage | undefined)[][], caption: string): void => {
      bench.keepSheet(file, contactSheet(rows));
      notes.push({ file: `${file}.png`, caption });
    };

    const jobs = PROMPTS.flatMap((prompt) => seeds.map((seed) => ({ prompt, seed })));
    const pictures = await bench.generate(jobs, {}, [0, parts]);
    keep(
      "samples",
      PROMPTS.map((_, row) => seeds.map((_, column) => pictures[row * seeds.length + column])).filter((row) => row[0]),
      `Default settings, seeds ${seeds[0]} to ${seeds[seeds.length - 1]}; row by row: ${PROMPTS.join("; ")}.`,
    );

    const few = PROMPTS.slice(0, FEW).map((prompt) => ({ prompt, seed: 0 }));
    const guided = await columns(
      bench,
      few,
      GUIDANCES.map((guidanceScale) => ({ guidanceScale })),
      [1, parts],
    );
    keep(
      "guidance",
      guided,
      `Seed 0, guidance ${GUIDANCES.join(", ")} from left to right; row by row: ${few.map(({ prompt }) => prompt).join("; ")}.`,
    );

    const walked = await columns(
      bench,
      few,
      WAYS.map(({ label: _, ...settings }) => settings),
      [1 + GUIDANCES.length, parts],
    );
    keep(
      "samplers",
      walked,
      `The same seed, from left to right: ${WAYS.map(({ label }) => label).join("; ")}. Rows as in the sheet above.`,
    );
    return { settings: { ...(await bench.emoji()).config.defaults, seeds }, tables: [], sheets: notes };
  },
};

/** A row for each job, a column for each of `settings`. */
async function columns(
  bench: Workbench,
  jobs: readonly Job[],
  settings: readonly Settings[],
  [first, of]: readonly [number, number],
) {
  const made: RgbImage[][] = [];
  for (const [i, each] of settings.entries()) made.push(await bench.generate(jobs, each, [first + i, of]));
  return jobs.map((_, row) => made.map((column) => column[row] as RgbImage | undefined));
}
