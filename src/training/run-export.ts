// What a run is, for another engine (distributed/): graphs, state, the order of samples, pictures, settings.
import { copyFile, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { DriftfieldError, type OnProgress } from "../core/index.ts";
import { makeFolder, withSafetensors, writeFileAtomic, writeSafetensors } from "../files/index.ts";
import { emitGraph, encodeModel } from "../graph/index.ts";
import { adamWDefaults, registryOf, type BatchShapes } from "../nn/index.ts";
import type { Weights } from "../runtime/index.ts";
import { writeJson } from "./export.ts";
import type { Prepared } from "./presets/index.ts";
import { backgroundColours, backgroundNumber, type Columns, type Recipe, type Source } from "./recipe.ts";
import { sha256, writeColumns, writeDeflated } from "./run-columns.ts";
import { flatLayout, writeGraphs } from "./run-graphs.ts";
import { packPictures, type Pack } from "./run-pictures.ts";
import { checkpointPath } from "./run.ts";
import { saveState, type TrainingState } from "./state.ts";
import type { Task } from "./train.ts";

const SAMPLES = 2 ** 20; // whose choices are stored; later steps repeat them (with noise and times of their own)
const SET_BYTES = 2 ** 26; // of batches that are stored whole

export type RunExportOptions = {
  preset: string;
  folder: string;
  seed: number;
  steps: number;
  rate: number;
  state: TrainingState;
  /** Where packed pictures are kept for further runs. */
  cache: string;
  signal?: AbortSignal;
  onProgress?: OnProgress;
};

/** Writes the run into `folder`. Throws "invalid_option" where a run is there already. */
export async function exportRun(prepared: Prepared, options: RunExportOptions): Promise<void> {
  const { preset, folder, seed, steps, rate, state, signal, onProgress } = options;
  const { task, settings } = prepared;
  if ((await readdir(folder).catch(() => [] as string[])).includes("run.json")) {
    throw new DriftfieldError("invalid_option", `${folder} holds an exported run already`, {
      path: folder,
      hint: "name another folder with --export-run",
    });
  }
  for (const part of ["columns", "pictures", "model"]) await makeFolder(join(folder, part));
  const registry = registryOf(task.loss, task.batch);
  const layout = flatLayout(registry, settings.optimizer?.decayAll);
  const graphs = await writeGraphs(folder, task, layout, settings.optimizer);
  const recipe = task.recipe ?? wholeBatches(task, seed);
  const choices = Object.values(recipe.choose(0)).reduce((total, { byteLength }) => total + byteLength, 0);
  const most = task.recipe ? Math.ceil(SAMPLES / task.batchSize) : Math.max(1, Math.floor(SET_BYTES / choices));
  const stored = Math.min(steps, most);
  const columns = await writeColumns(folder, {
    choose: recipe.choose, steps: stored, rows: task.batchSize, ...(signal && { signal }),
  });
  const pictures: Pack[] = [];
  const packs = join(options.cache, "packs"); // packed once for all runs
  if (recipe.datasets.length > 0) await makeFolder(packs);
  for (const dataset of recipe.datasets) {
    const how = { ...(signal && { signal }), ...(onProgress && { onProgress }) };
    const pack = await packPictures(packs, dataset, how);
    const names = [`${pack.name}.json`, ...pack.files.map(({ file }) => file)];
    for (const name of names) await copyFile(join(packs, name), join(folder, "pictures", name));
    pictures.push(pack);
  }
  if (task.frozen) await writeFrozen(join(folder, "frozen.safetensors"), task.frozen);
  await prepared.export(join(folder, "model"), state);
  await weightsToNames(join(folder, "model"));
  await saveState(checkpointPath(folder), state, registry, { task: task.name, seed: String(seed) });
  const described = {
    format: "driftfield-run",
    version: 1,
    preset,
    task: task.name,
    seed,
    batch_size: task.batchSize,
    settings: {
      steps,
      rate,
      warmup: settings.warmup ?? 100,
      cooldown: settings.cooldown ?? 0.2,
      ema_decay: settings.emaDecay ?? 0.999,
      steps_per_run: settings.stepsPerRun ?? 1,
      beta1: settings.optimizer?.beta1 ?? adamWDefaults.beta1,
      beta2: settings.optimizer?.beta2 ?? adamWDefaults.beta2,
    },
    graphs,
    layout,
    slots: [...registry].map(([name, { shape, init }]) => ({ name, shape, init, ...layout.places[name] })),
    batch: describeBatch(task.batch, recipe),
    recipe_seed: recipe.seed,
    stored_steps: stored,
    columns,
    pictures: pictures.map(({ files, ...rest }) => ({ ...rest, files: files.map(({ file }) => file) })),
    backgrounds: backgroundColours,
    frozen: task.frozen ? "frozen.safetensors" : null,
    encoder: await describeEncoder(folder, prepared.encoder),
    latents: await describeLatents(folder, prepared, recipe, pictures),
  };
  const { places: _, ...groups } = layout;
  const id = sha256(new TextEncoder().encode(JSON.stringify({ ...described, layout: groups })));
  await writeJson(join(folder, "run.json"), { id, ...described, layout: groups });
}

/** Batches of a task without a recipe: stored as they are. */
function wholeBatches(task: Task, seed: number): Recipe {
  return { seed, sources: {}, choose: (step) => task.makeBatch(step) as Columns, datasets: [] };
}

function describeBatch(batch: BatchShapes, { sources }: Recipe) {
  const column: Source = { kind: "column" };
  return Object.fromEntries(
    Object.entries(batch).map(([name, { shape, dtype }]) => [
      name,
      { shape, dtype, source: sources[name] ?? column },
    ]),
  );
}

/** The encoder's graph and weights, and how each picture's variants are shown: latents are made where the run is. */
async function describeLatents(folder: string, { latents }: Prepared, { variants }: Recipe, pictures: readonly Pack[]) {
  if (latents === undefined || variants === undefined) return null;
  const { outputs, batch, weights, mean, std } = latents;
  await writeFileAtomic(join(folder, "encoder.onnx"), encodeModel(emitGraph(outputs, { target: "torch" })));
  await copyFile(weights, join(folder, "encoder.safetensors"));
  const count = pictures.reduce((total, pack) => total + pack.count, 0) * variants.count;
  const views = new Uint8Array(2 * count);
  for (let i = 0; i < count; i++) {
    const { flip, background } = variants.view(Math.floor(i / variants.count), i % variants.count);
    views.set([Number(flip), backgroundNumber(background)], 2 * i);
  }
  const checksum = await writeDeflated(folder, "columns/views.z", views);
  return {
    graph: "encoder.onnx",
    weights: "encoder.safetensors",
    batch,
    variants: variants.count,
    views: { file: "columns/views.z", sha256: checksum },
    mean,
    std,
  };
}

/** The graph of the encoder that is trained, and where its weights and statistics lie in the model. */
async function describeEncoder(folder: string, encoder: Prepared["encoder"]) {
  if (encoder === undefined) return null;
  const { outputs, ...rest } = encoder;
  await writeFileAtomic(join(folder, "encoder.onnx"), encodeModel(emitGraph(outputs, { target: "torch" })));
  return { graph: "encoder.onnx", ...rest };
}

/** Weights that don't learn, as float32. */
async function writeFrozen(path: string, weights: Weights): Promise<void> {
  const tensors = [...weights].map(([name, { dtype, shape, content }]) => {
    if (dtype !== "float32" || !(content instanceof Uint8Array)) {
      throw new DriftfieldError("unsupported", `the frozen weight ${name} isn't in memory as float32`, { path: name });
    }
    return { name, shape, data: new Float32Array(content.slice().buffer) };
  });
  await writeSafetensors(path, tensors);
}

/** Leaves of each weights file its names, shapes and dtypes alone: the trained values come in their place. */
async function weightsToNames(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true })) {
    if (!entry.endsWith(".safetensors")) continue;
    const path = join(folder, entry);
    const tensors = await withSafetensors(path, async (file) =>
      Object.fromEntries([...file.tensors].map(([name, { dtype, shape }]) => [name, { dtype, shape }])),
    );
    await writeJson(`${path}.json`, tensors);
    await rm(path);
  }
}
