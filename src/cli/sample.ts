// `driftfield sample`: a cloud of points from a 2-D model, as lines of text or as JSON.
import { realpath } from "node:fs/promises";
import { dirname } from "node:path";
import { DriftfieldError, type Tensor } from "../core/index.ts";
import { sample } from "../diffusion/index.ts";
import { readJson, resolveModelFolder, shippedFolder } from "../files/index.ts";
import type { sampleCommand } from "../options/index.ts";
import { loadPointModel, pointsRun, type PointModel } from "../pipelines/point/index.ts";
import type { Run } from "./commands.ts";
import { exportPictures } from "./sample-export.ts";

export const run: Run<typeof sampleCommand.fields> = async (given, context) => {
  const {
    model: name = given.export === undefined ? "spiral" : "emoji",
    export: exported,
    classes,
    negativeClass,
    initial,
    trajectories = false,
    json = false,
    prompts,
    batchSize,
    ...request
  } = given;
  const { print, signal, onProgress } = context;
  const folder = await resolveModelFolder(name, { shippedFolder: shippedFolder() });
  if (exported !== undefined) return exportPictures(folder, { ...given, export: exported }, context);
  const stray = prompts !== undefined ? "--prompts" : batchSize !== undefined ? "--batch-size" : undefined;
  if (stray) throw onlyExported(stray);
  const model = await loadPointModel(folder);
  const start = initial === undefined ? undefined : await readPoints(initial);
  const count = request.count ?? start?.shape[0] ?? 500;
  const seed = request.seed ?? 0;
  const own = dirname(folder) === (await realpath(shippedFolder()));
  const labels = classes && dealt(classes.map((label) => classNumber(model, label)), count);
  const options = pointsRun(model, {
    rng: own ? "counter" : "torch",
    ...request,
    count,
    seed,
    ...(start && { initial: start }),
    ...(labels && { classes: labels }),
    ...(negativeClass !== undefined && { negativeClasses: classNumber(model, negativeClass) }),
  });
  const clouds: Tensor[] = [options.x];
  let evaluations = 0;
  const began = performance.now();
  for await (const { next, index, total } of sample({ ...options, signal })) {
    evaluations++;
    if (trajectories) clouds.push(next);
    else clouds[0] = next;
    onProgress({ type: "step", stage: "points", index, total, fraction: (index + 1) / total, secondsLeft: null });
  }
  const points = rows(clouds[clouds.length - 1]);
  if (!json) {
    print(points.map((point) => point.join(" ")).join("\n"));
    return;
  }
  print(
    JSON.stringify({
      points,
      ...(trajectories && { trajectories: clouds.map(rows) }),
      ...(labels && { classes: [...labels] }),
      model: name,
      sampler: options.scheduler.sampler.name,
      num_inference_steps: request.numInferenceSteps ?? 20,
      guidance_scale: request.guidanceScale ?? 1,
      seed,
      n: count,
      evaluations,
      seconds: Number(((performance.now() - began) / 1000).toFixed(3)),
    }),
  );
};

/** Points as JSON holds them: as many digits as float32 has. */
function rows({ data }: Tensor): [number, number][] {
  const short = (value: number): number => Number(value.toPrecision(9));
  return Array.from({ length: data.length / 2 }, (_, i) => [short(data[2 * i]), short(data[2 * i + 1])]);
}

/** Reads {"points":[[x,y],...]}. */
async function readPoints(path: string): Promise<Tensor> {
  const json = (await readJson(path)) as { points?: unknown } | null;
  const points = json?.points;
  const sound = Array.isArray(points) && points.length > 0 && points.every(isPoint);
  if (sound) return { data: Float32Array.from((points as [number, number][]).flat()), shape: [points.length, 2] };
  const bad = Array.isArray(points) ? points.findIndex((point) => !isPoint(point)) : -1;
  throw new DriftfieldError("invalid_file", `${path} holds no points`, {
    path: "--initial",
    received: bad >= 0 ? `point ${bad}: ${JSON.stringify(points![bad as never])}` : "another form",
    expected: '{"points":[[x,y],...]}, finite numbers, at least one point',
    hint: "driftfield sample --json prints that form.",
  });
}

function isPoint(point: unknown): boolean {
  return Array.isArray(point) && point.length === 2 && point.every((value) => Number.isFinite(value));
}

/** A class by its name or number. */
function classNumber({ config }: PointModel, label: string): number {
  const named = config.class_names.indexOf(label);
  const number = named >= 0 ? named : Number(label);
  if (Number.isInteger(number) && number >= 0 && number < config.num_classes) return number;
  const known = config.num_classes === 0 ? "no class: this model has none" : classList(config);
  throw new DriftfieldError("invalid_option", `--class must be ${known}, got ${JSON.stringify(label)}`, {
    path: "--class",
    received: label,
    expected: known,
    hint: config.num_classes === 0 ? "Leave --class out, or take --model classes." : `Give for example --class 0.`,
  });
}

function classList({ class_names: names, num_classes }: PointModel["config"]): string {
  const numbers = `a number from 0 to ${num_classes - 1}`;
  return names.length === 0 ? numbers : `one of ${names.join(", ")}, or ${numbers}`;
}

function onlyExported(path: string): DriftfieldError {
  return new DriftfieldError("invalid_option", `${path} belongs to --export, which writes the sampling of pictures`, {
    path,
    expected: "--export <folder> beside it",
    hint: "Make pictures here with driftfield generate, or add --export.",
  });
}

/** The classes dealt out to the points in turn. */
function dealt(classes: readonly number[], count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => classes[i % classes.length]);
}
