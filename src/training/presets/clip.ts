// The presets "clip" and "judge-clip": words and pictures in one space, once to condition and once to judge.
import { join } from "node:path";
import { vocabulary } from "../../data/index.ts";
import { shippedFolder } from "../../files/index.ts";
import { defaultClip } from "../../models/clip/config.ts";
import { wordTokenizer, wordTokenizerJson } from "../../models/clip/tokenizer.ts";
import { registryOf } from "../../nn/index.ts";
import { clipTask } from "../clip-task.ts";
import { exportClip, exportNotices, exportTextEncoder } from "../export.ts";
import type { TrainingState } from "../state.ts";
import type { Prepared, PrepareOptions } from "./prepared.ts";
import { openSets } from "./sets.ts";

/** Words that a text model reads at most, with its start and end. */
const TEXT_LENGTH = 20;
/** Added to a run's seed where a judge is trained, so that it shares no draws with what it judges. */
const JUDGE_SEED = 1000;

export async function prepareClip(options: PrepareOptions): Promise<Prepared> {
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
export async function prepareJudgeClip(options: PrepareOptions): Promise<Prepared> {
  const seed = options.seed + JUDGE_SEED;
  const { task, settings, exportTo } = await clipParts({ ...options, seed });
  return {
    task,
    weights: join(options.models ?? shippedFolder(), "judge-clip", "model.safetensors"),
    settings: { ...settings, seed },
    export: (folder, state) => exportTo(join(folder, "judge-clip"), state),
  };
}
