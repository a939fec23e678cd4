// The preset "emoji": the denoiser of the default model, on the latents of its autoencoder and the states of its text
// encoder.
import { join } from "node:path";
import type { Dataset } from "../../data/index.ts";
import { readJson, shippedFolder } from "../../files/index.ts";
import { input } from "../../graph/index.ts";
import { textHiddenStates } from "../../models/clip/clip.ts";
import { clipTextConfig } from "../../models/clip/config.ts";
import { wordTokenizer } from "../../models/clip/tokenizer.ts";
import { readConfig } from "../../models/component.ts";
import { transformerSizes } from "../../models/transformer/config.ts";
import { autoencoderConfig, latentSize, type AutoencoderConfig } from "../../models/vae/config.ts";
import { readWeights } from "../../models/weights.ts";
import { registryOf, Scope } from "../../nn/index.ts";
import { denoiserTask } from "../denoiser-task.ts";
import { exportDenoiser } from "../export.ts";
import { latentCache, latentViews, type LatentCache } from "../latents.ts";
import { alphasCumprodOf, objectives } from "../schedules.ts";
import { encoderOutputs, pictureEncoder } from "../vae-encoder.ts";
import { ENCODED, type Prepared, type PrepareOptions } from "./prepared.ts";
import { openSets } from "./sets.ts";

/** Peak learning rates: what the base learned well with, and for the large one less, as its width is more. */
const rates = { base: 8e-4, large: 5e-4 };

export async function prepareDenoiser(options: PrepareOptions): Promise<Prepared> {
  const { data, seed, batchSize = 64, models = shippedFolder(), objective = "flow", size = "base" } = options;
  const model = join(models, "emoji");
  const text = await frozenText(model);
  const vaeConfig = await readConfig(join(model, "vae"), autoencoderConfig);
  const encoderWeights = join(model, "vae", "diffusion_pytorch_model.safetensors");
  const { datasets, weights } = await openSets(data);
  const caches = await latentsOf(datasets, encoderWeights, vaeConfig, options);
  const side = latentSize(vaeConfig);
  const channels = vaeConfig.latent_channels;
  const config = {
    ...transformerSizes[size],
    in_channels: channels,
    out_channels: channels,
    text_dim: text.config.hidden_size,
  };
  const schedule = objectives[objective];
  const alphasCumprod = alphasCumprodOf(objective);
  const task = denoiserTask(config, text, caches, {
    objective,
    batchSize,
    seed,
    weights,
    dropCondition: 0.1,
    latentShape: [channels, 1, side, side],
    ...(alphasCumprod && { alphasCumprod }),
  });
  return {
    task,
    weights: join(model, "transformer", "diffusion_pytorch_model.safetensors"),
    latents: {
      outputs: encoderOutputs(vaeConfig, ENCODED),
      batch: ENCODED,
      weights: encoderWeights,
      mean: vaeConfig.latents_mean ?? new Array<number>(channels).fill(0),
      std: vaeConfig.latents_std ?? new Array<number>(channels).fill(1),
    },
    settings: {
      steps: 40_000,
      rate: rates[size],
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
        defaults: { num_inference_steps: 10, guidance_scale: 5, sampler: schedule.sampler },
      }),
  };
}

/** The text encoder of the model in `folder`, which doesn't learn here. */
async function frozenText(folder: string) {
  const config = await readConfig(join(folder, "text_encoder"), clipTextConfig);
  const json = await readJson(join(folder, "tokenizer", "tokenizer.json"));
  const tokenizer = wordTokenizer(json, config.max_position_embeddings);
  const scope = new Scope();
  textHiddenStates(scope, input("ids", [1, tokenizer.length], "int32"), config);
  const weights = await readWeights(join(folder, "text_encoder", "model.safetensors"), scope.registry);
  return { config, tokenizer, weights };
}

/** Each data set's latents; of a run that is exported, what is needed to make them elsewhere. */
async function latentsOf(
  datasets: readonly Dataset[],
  encoderWeights: string,
  config: AutoencoderConfig,
  options: PrepareOptions,
): Promise<LatentCache[]> {
  if (options.exported) return datasets.map((dataset) => latentViews(dataset, 0));
  const encoder = await pictureEncoder(encoderWeights, config, options.backend);
  const caches = [];
  for (const dataset of datasets) {
    caches.push(await latentCache(dataset, encoder, options.cache, { ...options, seed: 0 }));
  }
  await encoder.dispose();
  return caches;
}
