// `npm run curves`: measures error against evaluations for docs/choosing-a-sampler.md, into docs/curves/curves.json.
// Needs the emoji data set (driftfield data emoji); takes some minutes. `npm run generate` then draws the plots.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { samplers, schedulerFromConfig, type SchedulerConfig } from "../src/diffusion/index.ts";
import { counterGenerator } from "../src/random/index.ts";
import { pictureGround, spiralGround } from "./curves/fields.ts";
import { budgets, distance, floorOf, solution, unlikeness, walk, type Curve, type Setting } from "./curves/measure.ts";

const PICTURES = 200;
const WALKS = 64;
const POINTS = 1500;
const root = join(import.meta.dirname, "..");
const folder = process.argv[2] ?? join(root, "data", "emoji");

const table: SchedulerConfig = {
  _class_name: "DDPMScheduler",
  beta_schedule: "scaled_linear",
  beta_start: 0.00085,
  beta_end: 0.012,
  clip_sample: false,
};
const trailing = { timestep_spacing: "trailing" };
const flow: SchedulerConfig = {
  _class_name: "FlowMatchEulerDiscreteScheduler",
  shift: 2,
  prediction_type: "flow_prediction",
};

const noiseOf = (count: number, size: number) => counterGenerator({ seed: 1 }).randn([count, size]);
const ode = samplers.filter(({ kind }) => kind === "ode").map(({ name }) => name);
const noisy = samplers.filter(({ kind }) => kind === "sde").map(({ name }) => name);
const began = performance.now();
const say = (text: string) => process.stderr.write(`${text}\n`);

/** Curves of samplers over all budgets; `error` judges the ends. */
async function curvesOf(
  names: readonly string[], setting: Setting, error: (end: Setting["noise"]) => number,
): Promise<Curve[]> {
  const curves: Curve[] = [];
  for (const sampler of names) {
    const curve: Curve = { sampler, points: [] };
    for (const budget of budgets) {
      const { end, evaluations } = await walk(setting, sampler, budget);
      if (curve.points.at(-1)?.evaluations === evaluations) continue; // two budgets, the same steps
      curve.points.push({ evaluations, error: Number(error(end).toPrecision(3)) });
    }
    curves.push(curve);
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    const errors = curve.points.map(({ evaluations, error: found }) => `${evaluations}:${found}`);
    say(`${seconds} s ${setting.ground.name} ${sampler}: ${errors.join(" ")}`);
  }
  return curves;
}

const pictures = await pictureGround(folder, PICTURES);
const plane = spiralGround();
const noise = noiseOf(WALKS, pictures.points.shape[1]);
const ratioOf = (config: SchedulerConfig, overrides: Record<string, unknown>) => {
  const [{ alpha, sigma }] = schedulerFromConfig({ ...config, ...overrides }).plan(10).levels;
  return sigma / alpha;
};

const onTable: Setting = { ground: pictures, config: table, overrides: trailing, noise };
const onFlow: Setting = { ground: pictures, config: flow, overrides: {}, noise };
const tableTruth = await solution(onTable, ratioOf(table, trailing));
say("solved the table");
const flowTruth = await solution(onFlow, Infinity);
say("solved the flow");

const placements: Record<string, Record<string, unknown>> = {
  leading: { timestep_spacing: "leading", steps_offset: 1 },
  linspace: { timestep_spacing: "linspace" },
  trailing,
  karras: { use_karras_sigmas: true },
  exponential: { use_exponential_sigmas: true },
  beta: { use_beta_sigmas: true },
  lu: { use_lu_lambdas: true },
};
const placed: Curve[] = [];
for (const [name, overrides] of Object.entries(placements)) {
  const [curve] = await curvesOf(["dpmpp-2m"], { ...onTable, overrides }, (end) => distance(pictures, end, tableTruth));
  placed.push({ ...curve, sampler: name });
}
const onPlane: Setting = { ground: plane, config: table, overrides: trailing, noise: noiseOf(POINTS, 2) };
const found = {
  settings: { pictures: PICTURES, walks: WALKS, samples: POINTS, blur: pictures.blur, table, flow },
  floor: Number(floorOf(plane, POINTS).toPrecision(3)),
  distribution: await curvesOf([...ode, ...noisy], onPlane, (end) => unlikeness(plane, end)),
  table: await curvesOf(ode, onTable, (end) => distance(pictures, end, tableTruth)),
  flow: await curvesOf(ode, onFlow, (end) => distance(pictures, end, flowTruth)),
  placement: placed,
};
writeFileSync(join(root, "docs", "curves", "curves.json"), `${JSON.stringify(found, undefined, 1)}\n`);
