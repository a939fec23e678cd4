// From a training run to what ships: EMA weights in half precision, with the config.json that belongs to them.
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { BACKGROUNDS, compose, type Dataset } from "../data/index.ts";
import type { SchedulerConfig } from "../diffusion/index.ts";
import { makeFolder, writeFileAtomic } from "../files/index.ts";
import type { ClipConfig } from "../models/clip/config.ts";
import type { FaceJudgeConfig } from "../models/face-judge/config.ts";
import type { TransformerConfig } from "../models/transformer/config.ts";
import type { AutoencoderConfig } from "../models/vae/config.ts";
import { zero, type Registry } from "../nn/index.ts";
import type { Backend, Weights } from "../runtime/index.ts";
import { exportWeights, type TrainingState } from "./state.ts";
import { pictureEncoder } from "./vae-encoder.ts";

const SAMPLED = 2048; // pictures that the latents' statistics are measured on

export async function writeJson(path: string, value: unknown): Promise<void> {
  await makeFolder(dirname(path));
  await writeFileAtomic(path, new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`));
}

/** Writes one component's weights and config.json into `folder`. */
async function exportComponent(
  folder: string,
  file: string,
  state: TrainingState,
  registry: Registry,
  config: object,
): Promise<void> {
  await makeFolder(folder);
  await exportWeights(join(folder, file), state, registry, { step: String(state.step) });
  await writeJson(join(folder, "config.json"), config);
}

async function exportTokenizer(folder: string, tokenizer: unknown): Promise<void> {
  await makeFolder(folder);
  await writeFileAtomic(join(folder, "tokenizer.json"), new TextEncoder().encode(JSON.stringify(tokenizer)));
}

/** Writes the autoencoder into `folder`, with each latent channel's mean and deviation over training pictures. */
export async function exportAutoencoder(
  folder: string,
  state: TrainingState,
  registry: Registry,
  config: AutoencoderConfig,
  datasets: readonly Dataset[],
  backend: Backend,
): Promise<void> {
  await makeFolder(folder);
  const path = join(folder, "diffusion_pytorch_model.safetensors");
  await exportWeights(path, state, registry, { step: String(state.step) });
  const statistics = await latentStatistics(path, config, datasets, backend);
  await writeJson(join(folder, "config.json"), { ...config, ...statistics });
}

/** Writes an autoencoder whose decoder alone learned: the encoder and what is known of its latents stay. */
export async function exportDecoder(
  folder: string,
  state: TrainingState,
  registry: Registry,
  config: AutoencoderConfig,
  encoder: Weights,
): Promise<void> {
  const whole: Registry = new Map(registry);
  const arrays = new Map(state.arrays);
  for (const [name, { shape, content }] of encoder) {
    whole.set(name, { shape, init: zero });
    arrays.set(`ema/${name}`, new Float32Array((content as Uint8Array).slice().buffer));
  }
  await exportComponent(folder, "diffusion_pytorch_model.safetensors", { ...state, arrays }, whole, config);
}

async function latentStatistics(
  path: string,
  config: AutoencoderConfig,
  datasets: readonly Dataset[],
  backend: Backend,
) {
  const { latents_mean: _mean, latents_std: _std, ...plain } = config;
  const encoder = await pictureEncoder(path, plain, backend);
  const { size, batchSize, latentSize: perPicture } = encoder;
  const channels = config.latent_channels;
  const places = perPicture / channels;
  const pool = datasets.flatMap((dataset) =>
    dataset.records.flatMap((record, index) => (record.split === "train" ? [{ dataset, index }] : [])),
  );
  const stride = Math.max(1, Math.floor(pool.length / SAMPLED));
  const scratch = new Uint8Array(size * size * 4);
  const pixels = new Uint8Array(batchSize * size * size * 3);
  const [sums, squares] = [new Float64Array(channels), new Float64Array(channels)];
  let count = 0;
  for (let start = 0; start + batchSize * stride <= pool.length; start += batchSize * stride) {
    for (let i = 0; i < batchSize; i++) {
      const { dataset, index } = pool[start + i * stride];
      dataset.read(index, scratch);
      compose(scratch, BACKGROUNDS.white, false, pixels.subarray(i * size * size * 3, (i + 1) * size * size * 3));
    }
    const latents = await encoder.encode(pixels);
    for (let n = 0; n < batchSize; n++) {
      for (let c = 0; c < channels; c++) {
        for (let p = 0; p < places; p++) {
          const value = latents[n * perPicture + c * places + p];
          sums[c] += value;
          squares[c] += value * value;
        }
      }
    }
    count += batchSize * places;
  }
  await encoder.dispose();
  const round = (value: number): number => Number(value.toPrecision(6));
  return {
    latents_mean: Array.from(sums, (total) => round(total / count)),
    latents_std: Array.from(squares, (total, c) =>
      round(Math.sqrt(Math.max(1e-8, total / count - (sums[c] / count) ** 2))),
    ),
  };
}

/** Puts the notices of the data sets (whose art the weights were trained on) beside a model. */
export async function exportNotices(folder: string, data: string, datasets: readonly Dataset[]): Promise<void> {
  await makeFolder(folder);
  const notices = await Promise.all(datasets.map(({ name }) => readFile(join(data, name, "NOTICE.txt"), "utf8")));
  const text = `These weights were trained on the pictures below.\n\n${notices.join("\n----\n\n")}`;
  await writeFileAtomic(join(folder, "NOTICE.txt"), new TextEncoder().encode(text));
}

/** Writes CLIP into `folder` (transformers layout): both towers, tokenizer, and how pictures are prepared. */
export async function exportClip(
  folder: string,
  state: TrainingState,
  registry: Registry,
  config: ClipConfig,
  tokenizer: unknown,
): Promise<void> {
  await exportComponent(folder, "model.safetensors", state, registry, config);
  await exportTokenizer(folder, tokenizer);
  const { image_size } = config.vision_config;
  await writeJson(join(folder, "preprocessor_config.json"), {
    do_resize: true,
    size: { shortest_edge: image_size },
    resample: 3,
    do_center_crop: true,
    crop_size: { height: image_size, width: image_size },
    do_normalize: true,
    image_mean: [0.5, 0.5, 0.5],
    image_std: [0.5, 0.5, 0.5],
  });
}

/** Writes CLIP's text tower as a pipeline's text encoder, and its tokenizer, into the model folder `folder`. */
export async function exportTextEncoder(
  folder: string,
  state: TrainingState,
  registry: Registry,
  config: ClipConfig,
  tokenizer: unknown,
): Promise<void> {
  const tower: Registry = new Map([...registry].filter(([name]) => name.startsWith("text_model.")));
  await exportComponent(join(folder, "text_encoder"), "model.safetensors", state, tower, {
    architectures: ["CLIPTextModel"],
    model_type: "clip_text_model",
    ...config.text_config,
  });
  await exportTokenizer(join(folder, "tokenizer"), tokenizer);
}

/** Writes the denoiser, the scheduler and the index into the model folder `folder`. */
export async function exportDenoiser(
  folder: string,
  state: TrainingState,
  registry: Registry,
  config: TransformerConfig,
  { name, scheduler, defaults }: { name: string; scheduler: SchedulerConfig; defaults: Record<string, unknown> },
): Promise<void> {
  await exportComponent(join(folder, "transformer"), "diffusion_pytorch_model.safetensors", state, registry, config);
  await writeJson(join(folder, "scheduler", "scheduler_config.json"), scheduler);
  await writeJson(join(folder, "model_index.json"), {
    _class_name: "DriftfieldTextToImagePipeline",
    name,
    defaults,
    text_encoder: ["transformers", "CLIPTextModel"],
    tokenizer: ["driftfield", "WordTokenizer"],
    transformer: ["diffusers", "WanTransformer3DModel"],
    vae: ["driftfield", "DriftfieldAutoencoder"],
    scheduler: ["diffusers", String(scheduler["_class_name"])],
  });
}

/** Writes the judge of faces into `folder`. */
export async function exportFaceJudge(
  folder: string,
  state: TrainingState,
  registry: Registry,
  config: FaceJudgeConfig,
): Promise<void> {
  await exportComponent(folder, "model.safetensors", state, registry, config);
}
