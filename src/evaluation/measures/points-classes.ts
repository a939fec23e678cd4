// Three classes on the spiral: what guidance does to where points end, with and without learning to do without a class.
import { spiralClasses } from "../../data/shapes/index.ts";
import type { PointModel } from "../../models/point/index.ts";
import { samplePoints } from "../../pipelines/point/index.ts";
import { count, percent, text } from "../findings.ts";
import { purity, shareNear } from "../math/on-curves.ts";
import type { Measure } from "./measure.ts";
import { trainedPoints } from "./points.ts";

const POINTS = 3000;
const SEED = 0;
const GUIDANCE = [1, 2, 3, 5];

export const pointsClasses: Measure = {
  name: "points-classes",
  title: "Points: three classes and guidance",
  about:
    "`driftfield train classes` (a class dropped one time in ten), and the same trained without dropping: 3,000 points, the classes in turn. " +
    "Purity: the share of points whose nearest part of the curve is their own class's. Guidance is uncond + g (cond - uncond); a model that " +
    "never learned to do without a class has no meaning for g other than 1.",
  parts: [],
  data: [],
  weight: 2,
  async run(bench) {
    const dropped = await trainedPoints(bench, { preset: "classes" }, "training with dropping");
    const kept = await trainedPoints(bench, { preset: "classes", recipe: { dropClass: 0 } }, "training without");
    const points = bench.count(POINTS);
    const rows: Row[] = [];
    for (const steps of [20, 64]) {
      for (const scale of GUIDANCE) rows.push(await row("dropped 10%", dropped, scale, { steps, points }));
      for (const scale of [1, 3]) rows.push(await row("never dropped", kept, scale, { steps, points }));
    }
    const columns = [
      text("class while training"),
      text("guidance"),
      count("steps"),
      percent("purity"),
      percent("within 0.1 of the curve"),
      percent("further than 0.15"),
    ];
    return {
      settings: { seed: SEED, points, sampler: "accelerated, gamma 1, mu 0 (DDIM)" },
      tables: [{ title: "Where points end", columns, rows }],
    };
  },
};

type Row = (string | number)[];

async function row(
  name: string,
  model: PointModel,
  guidanceScale: number,
  { steps, points }: { steps: number; points: number },
): Promise<Row> {
  const { curves } = spiralClasses();
  const classes = Int32Array.from({ length: points }, (_, i) => i % curves.length);
  const request = { count: points, classes, guidanceScale, numInferenceSteps: steps, gamma: 1, mu: 0, seed: SEED };
  const { data } = await samplePoints(model, { sampler: "accelerated", ...request });
  return [
    name,
    String(guidanceScale),
    steps,
    purity(data, classes, curves),
    shareNear(data, curves, 0.1),
    1 - shareNear(data, curves, 0.15),
  ];
}
