// What `train` can train by name: the data, the task and the settings of each.
import { access } from "node:fs/promises";
import { join } from "node:path";
import { DriftfieldError, nearestNames, type OnProgress } from "../core/index.ts";
import { openDataset, vocabulary, type Dataset } from "../data/index.ts";
import { readJson, shippedFolder } from "../files/index.ts";
import { textHiddenStates } from "../models/clip/clip.ts";
import { clipTextConfig, defaultClip } from "../models/clip/config.ts";
import { wordTokenizer, wordTokenizerJson } from "../models/clip/tokenizer.ts";
import { readConfig } from "../models/component.ts";
import { defaultFaceJudge } from "../models/face-judge/config.ts";
import { defaultTransformer } from "../models/transformer/config.ts";
import { autoencoderConfig, defaultAutoencoder, latentSize } from "../models/vae/config.ts";
import { readWeights } from "../models/weights.ts";
import { registryOf, Scope } from "../nn/index.ts";
import { input, type Sym } from "../graph/index.ts";
import type { Backend } from "../runtime/index.ts";
import { clipTask } from "./clip-task.ts";
import { denoiserTask, type Objective } from "./denoiser-task.ts";
import {
  exportAutoencoder,
  exportClip,
  exportDenoiser,
  exportFaceJudge,
  exportNotices,
  exportTextEncoder,
} from "./export.ts";
import { attributeTable } from "./face-attributes.ts";
import { faceJudgeTask } from "./judge-task.ts";
import { latentCache, latentViews } from "./latents.ts";
import { preparePoints } from "./point/prepare.ts";
import { pointPresetNames, type PointChoices, type PointPreset } from "./point/presets.ts";
import type { RunOptions } from "./run.ts";
import type { TrainingState } from "./state.ts";
import type { Task } from "./train.ts";
import { alphasCumprodOf, objectives } from "./schedules.ts";
import { autoencoderTask } from "./vae-task.ts";
import { encoderOutputs, pictureEncoder } from "./vae-encoder.ts";

/** Pictures that an exported run encodes at once. */
const ENCODED = 64;
/** Words that a text model reads at most, with its start and end. */
const TEXT_LENGTH = 20;
/** How often pictures, faces and compositions come. */
const MIXTURE = { emoji: 0.5, faces: 0.25, compose: 0.25 };

/** Added to a run's seed where a judge is trained, so that it shares no draws with what it judges. */
const JUDGE_SEED = 1000;

export type Prepared = {
  task: Task;
  settings: Pick<RunOptions, "steps" | "rate"> & Partial<RunOptions>;
  /** The shipped weights that a run can go on from. */
  weights: string;
  /** What the batches' latents are made with, for a run that is exported: an encoder's graph (bytes in) and weights. */
  latents?: { outputs: Record<string, Sym>; batch: number; weights: string; mean: number[]; std: number[] };
  /** The encoder that this run trains: its latents' statistics are measured on the trained weights. */
  encoder?: { outputs: Record<string, Sym>; batch: number; weights: string; config: string };
  /** Writes the trained model into a folder of models: `<folder>/emoji/vae`, ... */
  export(folder: string, state: TrainingState): Promise<void>;
};

export type PrepareOptions = {
  /** Folder that holds the data sets: `<data>/emoji`, `<data>/faces`, `<data>/compose`. */
  data: string;
  /** Folder of models that a preset builds on (the denoiser: autoencoder and text encoder). */
  models?: string;
  seed: number;
  batchSize?: number;
  objective?: Objective;
  /** The run is exported, not trained here: no latents are made. */
  exported?: boolean;
  /** What is chosen of a point preset. */
  points?: Omit<PointChoices, "preset">;
  /** Where derived data (latents) are kept. */
  cache: string;
  backend: Backend;
  signal?: AbortSignal;
  onProgress?: OnProgress;
};

export const presetNames = ["vae", "clip", "emoji", "judge-clip", "face-judge", ...pointPresetNames] as const;
export type PresetName = (typeof presetNames)[number];

/** Everything that training `preset` needs. Throws for an unknown preset or data that aren't there. */
export async function prepare(preset: string, options: PrepareOptions): Promise<Prepared> {
  if (preset === "vae") return prepareAutoencoder(options);
  if (preset === "clip") return prepareClip(options);
  if (preset === "emoji") return prepareDenoiser(options);
  if (preset === "judge-clip") return prepareJudgeClip(options);
  if (preset === "face-judge") return prepareFaceJudge(options);
  if (pointPresetNames.includes(preset as PointPreset)) {
    return preparePoints(preset as PointPreset, { ...options.points, seed: options.seed, models: options.models });
  }
  const [nearest] = nearestNames(preset, presetNames);
  throw new DriftfieldError("unknown_option", `there is no preset ${JSON.stringify(preset)}`, {
    path: "preset",
    received: preset,
    expected: presetNames.join(", "),
    hint: nearest ? `did you mean ${nearest}?` : "choose one of these",
  });
}

async function openSets(data: string): Promise<{ datasets: Dataset[]; weights: number[] }> {
  const datasets: Dataset[] = [];
  const weights: number[] = [];
  for (const [name, weight] of Object.entries(MIXTURE)) {
    const folder = join(data, name);
    const there = await access(folder).then(
      () => true,
      () => false,
    );
    if (!there && name !== "emoji") continue; // pictures are needed, the other two may be left out
    datasets.push(await openDataset(folder));
    weights.push(weight);
  }
  return { datasets, weights };
}

async function prepareAutoencoder({
  data,
  seed,
  batchSize = 32,
  models = shippedFolder(),
  backend,
}: PrepareOptions): Promise<Prepared> {
  const { datasets } = await openSets(data);
  const task = autoencoderTask(defaultAutoencoder, datasets, { batchSize, seed });
  return {
    task,
    weights: join(models, "emoji", "vae", "diffusion_pytorch_model.safetensors"),
    encoder: {
      outputs: encoderOutputs(defaultAutoencoder, ENCODED),
      batch: ENCODED,
      weights: "emoji/vae/diffusion_pytorch_model.safetensors",
      config: "emoji/vae/config.json",
    },
    settings: { steps: 6000, rate: 1.5e-3, warmup: 50, emaDecay: 0.998, stepsPerRun: 4 },
    export: async (folder, state) => {
      const registry = registryOf(task.loss, task.batch);
      await exportNotices(join(folder, "emoji"), data, datasets);
      await exportAutoencoder(join(folder, "emoji", "vae"), state, registry, defaultAutoencoder, datasets, backend);
    },
  };
}

async function prepareClip(options: PrepareOptions): Promise<Prepared> {
  const { datasets, task, settings, exportTo, exportText } = await clipParts(options);
  return {
    task,
    settings,
    weights: join(options.models ?? shippedFolder(), "clip", "model.safetensors"),
    export: async (folder, state) => {
      await exportNotices(join(folder, "clip"), options.data, datasets);
      await exportTo(join(folder, "clip"), state);
      await exportText(join(folder, "emoji"), state);
    },
  };
}

async function clipParts({ data, seed, batchSize = 128 }: PrepareOptions) {
  const { datasets, weights } = await openSets(data);
  const words = vocabulary(datasets.flatMap((dataset) => dataset.records));
  const json = wordTokenizerJson([...words.keys()]);
  const tokenizer = wordTokenizer(json, TEXT_LENGTH);
  const config = defaultClip(tokenizer.size);
  const task = clipTask(config, tokenizer, datasets, { batchSize, seed, weights });
  const settings: Prepared["settings"] = {
    steps: 2500,
    rate: 1e-3,
    warmup: 100,
    cooldown: 0.4,
    emaDecay: 0.995,
    stepsPerRun: 2,
    optimizer: { weightDecay: 0.1 },
  };
  const registry = () => registryOf(task.loss, task.batch);
  return {
    datasets,
    task,
    settings,
    exportTo: (folder: string, state: TrainingState) => exportClip(folder, state, registry(), config, json),
    exportText: (folder: string, state: TrainingState) => exportTextEncoder(folder, state, registry(), config, json),
  };
}

/** A second CLIP, with seeds of its own: it judges pictures that the first one conditioned. */
async function prepareJudgeClip(options: PrepareOptions): Promise<Prepared> {
  const seed = options.seed + JUDGE_SEED;
  const { task, settings, exportTo } = await clipParts({ ...options, seed });
  return {
    task,
    weights: join(options.models ?? shippedFolder(), "judge-clip", "model.safetensors"),
    settings: { ...settings, seed },
    export: (folder, state) => exportTo(join(folder, "judge-clip"), state),
  };
}

async function prepareFaceJudge({
  data,
  seed,
  batchSize = 64,
  models = shippedFolder(),
}: PrepareOptions): Promise<Prepared> {
  const faces = await openDataset(join(data, "faces"));
  const config = defaultFaceJudge(attributeTable(faces.records));
  const task = faceJudgeTask(config, faces, { batchSize, seed });
  return {
    task,
    weights: join(models, "face-judge", "model.safetensors"),
    settings: {
      steps: 1500,
      rate: 2e-3,
      warmup: 50,
      cooldown: 0.5,
      emaDecay: 0.995,
      stepsPerRun: 4,
      optimizer: { weightDecay: 0.05 },
    },
    export: (folder, state) =>
      exportFaceJudge(join(folder, "face-judge"), state, registryOf(task.loss, task.batch), config),
  };
}

async function prepareDenoiser(options: PrepareOptions): Promise<Prepared> {
  const { data, seed, batchSize = 64, models = shippedFolder(), backend, cache, objective = "flow" } = options;
  const model = join(models, "emoji");
  const textConfig = await readConfig(join(model, "text_encoder"), clipTextConfig);
  const vaeConfig = await readConfig(join(model, "vae"), autoencoderConfig);
  const tokenizer = wordTokenizer(
    await readJson(join(model, "tokenizer", "tokenizer.json")),
    textConfig.max_position_embeddings,
  );
  const scope = new Scope();
  textHiddenStates(scope, input("ids", [1, tokenizer.length], "int32"), textConfig);
  const textWeights = await readWeights(join(model, "text_encoder", "model.safetensors"), scope.registry);
  const { datasets, weights } = await openSets(data);
  const encoderWeights = join(model, "vae", "diffusion_pytorch_model.safetensors");
  const caches = [];
  if (options.exported) caches.push(...datasets.map((dataset) => latentViews(dataset, 0)));
  else {
    const encoder = await pictureEncoder(encoderWeights, vaeConfig, backend);
    for (const dataset of datasets) caches.push(await latentCache(dataset, encoder, cache, { ...options, seed: 0 }));
    await encoder.dispose();
  }
  const side = latentSize(vaeConfig);
  const config = {
    ...defaultTransformer,
    in_channels: vaeConfig.latent_channels,
    out_channels: vaeConfig.latent_channels,
    text_dim: textConfig.hidden_size,
  };
  const schedule = objectives[objective];
  const alphasCumprod = alphasCumprodOf(objective);
  const task = denoiserTask(config, { config: textConfig, weights: textWeights, tokenizer }, caches, {
    objective,
    batchSize,
    seed,
    weights,
    dropCondition: 0.1,
    latentShape: [vaeConfig.latent_channels, 1, side, side],
    ...(alphasCumprod && { alphasCumprod }),
  });
  return {
    task,
    weights: join(model, "transformer", "diffusion_pytorch_model.safetensors"),
    latents: {
      outputs: encoderOutputs(vaeConfig, ENCODED),
      batch: ENCODED,
      weights: encoderWeights,
      mean: vaeConfig.latents_mean ?? new Array<number>(vaeConfig.latent_channels).fill(0),
      std: vaeConfig.latents_std ?? new Array<number>(vaeConfig.latent_channels).fill(1),
    },
    settings: {
      steps: 40_000,
      rate: 8e-4,
      warmup: 200,
      cooldown: 0.2,
      emaDecay: 0.999,
      stepsPerRun: 8,
      optimizer: { weightDecay: 0.02 },
    },
    export: (folder, state) =>
      exportDenoiser(join(folder, "emoji"), state, registryOf(task.loss, task.batch), config, {
        name: "emoji",
        scheduler: schedule.config,
        defaults: { num_inference_steps: 20, guidance_scale: 4, sampler: schedule.sampler },
      }),
  };
}
