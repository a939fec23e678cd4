// How quality depends on guidance, on the number of steps, and on DDPM's noise: 200 samples a point.
import { count, figure, percent, shareCells, shareColumns, text, type Findings } from "../findings.ts";
import type { Settings } from "../generate.ts";
import { shareOf } from "../math/interval.ts";
import { kernelDistance } from "../math/kernel-distance.ts";
import { sharpness } from "../math/pixels.ts";
import { average } from "../math/summary.ts";
import { realPictures } from "../real-pictures.ts";
import { judgeFeatures, type Workbench } from "../workbench.ts";
import { promptRanks } from "./among.ts";
import { fidelityPictures, referenceFeatures } from "./fidelity.ts";
import type { Measure } from "./measure.ts";

const SAMPLES = 200;
const HOW =
  "200 captions of training emoji, one seed each, the same at every point. Kernel distance to 2,000 other real emoji, the share of prompts " +
  "that the second CLIP finds first among 100 in the same style, and sharpness (mean difference of neighbouring pixels) against the real pictures.";

type Point = { label: string; settings: Settings };

/** A measure of `points`; the first row is what real pictures get. */
function sweep(measure: Omit<Measure, "run" | "parts" | "data">, variable: string, points: readonly Point[]): Measure {
  return {
    ...measure,
    parts: ["emoji", "judge-clip"],
    data: ["emoji"],
    run: (bench) => runSweep(bench, variable, points),
  };
}

async function runSweep(bench: Workbench, variable: string, points: readonly Point[]): Promise<Findings> {
  const wanted = bench.count(SAMPLES);
  const reference = await referenceFeatures(bench);
  const rows: (string | number)[][] = [];
  let real = { sharpness: 1, done: false };
  for (const [i, { label, settings }] of points.entries()) {
    const { pictures, entries } = await fidelityPictures(bench, settings, wanted, [i, points.length]);
    const judge = async (name: string, judged: typeof pictures): Promise<void> => {
      const { distance, standardError } = kernelDistance(await judgeFeatures(bench, judged), reference);
      const found = (await promptRanks(bench, judged, entries)).filter((rank) => rank === 0).length;
      const sharp = average(judged.map(sharpness)) / real.sharpness;
      rows.push([name, judged.length, distance, standardError, ...shareCells(shareOf(found, judged.length)), sharp]);
    };
    if (!real.done) {
      const originals = realPictures(entries);
      real = { sharpness: average(originals.map(sharpness)), done: true };
      await judge("real", originals);
    }
    await judge(label, pictures);
  }
  const { defaults } = (await bench.emoji()).config;
  return {
    settings: { ...defaults, points: points.map(({ settings }) => settings), seeds: `0 to ${wanted - 1}` },
    tables: [
      {
        title: "By " + variable,
        columns: [
          text(variable),
          count("n"),
          figure("kernel distance"),
          figure("standard error"),
          ...shareColumns("prompt found"),
          percent("sharpness"),
        ],
        rows,
      },
    ],
  };
}

/** From conditioning alone to far more than the default. */
export const GUIDANCES = [1, 2, 3, 4, 5, 6, 8, 10];

export const guidance = sweep(
  { name: "guidance", title: "Guidance", about: `${HOW} Guidance 1 is conditioning alone.`, weight: 9 },
  "guidance",
  GUIDANCES.map((guidanceScale) => ({ label: String(guidanceScale), settings: { guidanceScale } })),
);

export const steps = sweep(
  { name: "steps", title: "Steps", about: `${HOW} The default sampler.`, weight: 7 },
  "steps",
  [5, 10, 20, 50].map((numInferenceSteps) => ({ label: String(numInferenceSteps), settings: { numInferenceSteps } })),
);

const DDPM_STEPS = 50;

export const ddpm = sweep(
  {
    name: "ddpm",
    title: "DDPM with and without its noise",
    weight: 5,
    about: `${HOW} ${DDPM_STEPS} steps; without its noise, each step goes to the mean of where it might have gone, and pictures blur.`,
  },
  "sampler",
  [
    { label: "ddpm", settings: { sampler: "ddpm", numInferenceSteps: DDPM_STEPS } },
    { label: "ddpm, noise scale 0", settings: { sampler: "ddpm", numInferenceSteps: DDPM_STEPS, noiseScale: 0 } },
    { label: "ddim", settings: { sampler: "ddim", numInferenceSteps: DDPM_STEPS } },
  ],
);
