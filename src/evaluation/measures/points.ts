// The field lab's spiral: how near trained models come to what a perfect network could do, beside smalldiffusion's.
import { breathe, throwIfAborted } from "../../core/index.ts";
import { slicedWasserstein, spiral } from "../../data/shapes/index.ts";
import { exactPointModel, type PointModel } from "../../models/point/index.ts";
import { samplePoints } from "../../pipelines/point/index.ts";
import { nodeBackend } from "../../runtime/index.ts";
import { trainPoints, type PointTraining } from "../../training/point/index.ts";
import { figure, text, type Table } from "../findings.ts";
import { energyDistance } from "../math/energy.ts";
import { average } from "../math/summary.ts";
import type { Workbench } from "../workbench.ts";
import type { Measure } from "./measure.ts";

const TRAINING_SEEDS = [1, 2, 3];
const SAMPLING_SEEDS = [0, 1, 2];
const POINTS = 2000;

/** Mean sliced W1 and energy of smalldiffusion's models by its own recipe: `oracle/points_quality.py` finds them. */
const cells = [
  { gamma: 2, mu: 0, steps: 20, reference: [0.0408, 0.00439] },
  { gamma: 2, mu: 0, steps: 64, reference: [0.0384, 0.00394] },
  { gamma: 2, mu: 0, steps: 200, reference: [0.038, 0.0038] },
  { gamma: 1, mu: 0, steps: 20, reference: [0.0478, 0.00566] },
  { gamma: 1, mu: 0, steps: 64, reference: [0.0392, 0.00386] },
  { gamma: 1, mu: 0, steps: 200, reference: [0.0382, 0.00375] },
  { gamma: 1, mu: 0.5, steps: 20, reference: [0.0578, 0.00754] },
  { gamma: 1, mu: 0.5, steps: 64, reference: [0.0354, 0.00318] },
  { gamma: 1, mu: 0.5, steps: 200, reference: [0.0268, 0.00192] },
] as const;

type Distances = { w1: number; energy: number };

export const points: Measure = {
  name: "points",
  title: "Points: the spiral, against smalldiffusion and a perfect network",
  about:
    "Networks 4-16-128-128-128-128-16-2 on the 100-point spiral, 15,000 full-batch steps of `driftfield train spiral`: three training seeds by " +
    "three sampling seeds (PyTorch's noise, so that the exact column is the reference's to the digit), 2,000 points against the 100. " +
    "Sliced W1 over 256 directions and the energy distance, means over the nine (smallest to largest). smalldiffusion: the same counts by " +
    "its README's recipe. Exact: the same sampler with the posterior mean of the 100 points, the best that a perfect network could do.",
  parts: [],
  data: [],
  weight: 4,
  async run(bench) {
    const data = spiral();
    const found = cells.map((): Distances[] => []);
    for (const [i, seed] of TRAINING_SEEDS.entries()) {
      const stage = `training ${i + 1} of ${TRAINING_SEEDS.length}`;
      const model = await trainedPoints(bench, { preset: "spiral", seed }, stage);
      await sampleCells(bench, model, (cell, distances) => found[cell].push(distances));
    }
    const exact = cells.map((): Distances[] => []);
    await sampleCells(bench, exactPointModel(data), (cell, distances) => exact[cell].push(distances));
    return {
      settings: { training_seeds: TRAINING_SEEDS, sampling_seeds: SAMPLING_SEEDS, points: bench.count(POINTS) },
      tables: [table("Sliced W1", "w1", 0, found, exact), table("Energy distance", "energy", 1, found, exact)],
    };
  },
};

const TRAINING_STEPS = 15_000;

/** Trains a point model to its end, reporting. Where fewer samples are asked for, it takes no more steps than those. */
export async function trainedPoints(bench: Workbench, request: PointTraining, stage: string): Promise<PointModel> {
  const signal = bench.signal;
  const steps = bench.count(TRAINING_STEPS);
  const records = trainPoints({ ...request, steps, backend: await nodeBackend(), ...(signal && { signal }) });
  for (;;) {
    const next = await records.next();
    throwIfAborted(signal);
    if (next.done) return next.value;
    if (next.value.step % 100 === 0) bench.report(stage, next.value.step, next.value.steps);
  }
}

async function sampleCells(
  bench: Workbench,
  model: PointModel,
  keep: (cell: number, distances: Distances) => void,
): Promise<void> {
  const wanted = spiral().points.data;
  for (const [i, { gamma, mu, steps }] of cells.entries()) {
    for (const seed of SAMPLING_SEEDS) {
      const request = { sampler: "accelerated", gamma, mu, numInferenceSteps: steps, seed, count: bench.count(POINTS) };
      const options = { ...(bench.signal && { signal: bench.signal }) };
      const { data } = await samplePoints(model, { ...request, rng: "torch" }, options);
      keep(i, { w1: slicedWasserstein(data, wanted).w1, energy: energyDistance(data, wanted) });
      bench.report("sampling", i * SAMPLING_SEEDS.length, cells.length * SAMPLING_SEEDS.length);
      await breathe();
    }
  }
}

function table(
  title: string,
  key: keyof Distances,
  place: 0 | 1,
  found: readonly Distances[][],
  exact: readonly Distances[][],
): Table {
  const rows = cells.map(({ gamma, mu, steps, reference }, i) => {
    const values = found[i].map((distances) => distances[key]);
    const ends = [Math.min(...values), Math.max(...values)].map((value) => value.toPrecision(3)).join(" to ");
    const best = average(exact[i].map((distances) => distances[key]));
    return [`gamma ${gamma}, mu ${mu}`, String(steps), average(values), ends, reference[place], best];
  });
  const figures = [figure("ours"), text("of the nine"), figure("smalldiffusion"), figure("exact")];
  return { title, columns: [text("sampler"), text("steps"), ...figures], rows };
}
