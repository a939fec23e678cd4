// The default kind of model: words through CLIP's text tower, latents through the transformer, pictures out of the
// decoder.
import { z } from "zod";
import { throwIfAborted, type OnProgress, type Tensor } from "../core/index.ts";
import { sha256, subFolder, type ModelFolder } from "../files/index.ts";
import { input } from "../graph/index.ts";
import type { Backend } from "../runtime/index.ts";
import { clipTextConfig } from "./clip/config.ts";
import { tokenized, wordTokenizer, type WordTokenizer } from "./clip/tokenizer.ts";
import {
  compileComponent,
  type ModelPlace,
  openPlace,
  readConfig,
  readModelJson,
  weightsIn,
} from "./component.ts";
import { transformerConfig } from "./transformer/config.ts";
import { decoderGraph, denoiserGraph, latentShapeOf, textGraph } from "./text-to-image-graphs.ts";
import type { TextCondition, TextToImageModel } from "./types.ts";
import { encode } from "./vae/autoencoder.ts";
import { autoencoderConfig } from "./vae/config.ts";
import { fromPlaces, toBytes, toPixels, toPlaces } from "./vae/latents.ts";

/** model_index.json of our own pipeline: components as diffusers lists them, and how it is used by default. */
export const modelIndex = z.object({
  _class_name: z.literal("DriftfieldTextToImagePipeline"),
  name: z.string(),
  defaults: z.object({ num_inference_steps: z.int().positive(), guidance_scale: z.number(), sampler: z.string() }),
});

export type LoadOptions = {
  backend: Backend;
  signal?: AbortSignal;
  onProgress?: OnProgress;
  /** Bytes of weights that may be in memory at once: components come and go (published models). */
  memoryLimit?: number;
  /** Decodes large pictures in overlapping tiles (published models). */
  tiled?: boolean;
  /** Which weights, where the folder holds several ("fp16"); the plain ones, or the most precise, unless given. */
  variant?: string;
};

/** Loads the model in `folder` (diffusers layout). Throws where a component is missing, damaged or of another model. */
export async function loadTextToImage(place: ModelPlace, options: LoadOptions): Promise<TextToImageModel> {
  const { backend, signal, onProgress, variant } = options;
  const folder = openPlace(place);
  const { configs, tokenizer, said } = await readTextToImage(folder);
  const load: Load = (component, build) => {
    throwIfAborted(signal);
    onProgress?.({ type: "load", component, fraction: null });
    return compileComponent(component, weightsIn(subFolder(folder, component), variant), backend, build);
  };
  const text = await textPart(load, tokenizer, configs);
  const denoiser = await denoiserPart(load, configs);
  const decoder = await decoderPart(load, configs);
  const encoder = encoderPart(load, configs);
  return {
    ...said,
    hash: await modelHash(configs, [text.hash, denoiser.hash, decoder.hash]),
    encodeText: text.encodeText,
    nullCondition: () => text.encodeText([[...tokenizer.encode("").ids]]),
    denoise: denoiser.denoise,
    decode: decoder.decode,
    encode: encoder.encode,
    async dispose() {
      await Promise.all([text, denoiser, decoder, encoder].map((part) => part.dispose()));
    },
  };
}

type Load = (component: string, build: Parameters<typeof compileComponent>[3]) => ReturnType<typeof compileComponent>;
type Configs = Awaited<ReturnType<typeof readConfigs>>;

/** All that the model's folder says of itself; in this order it is part of the model's hash. */
async function readConfigs(folder: ModelFolder) {
  return {
    index: await readConfig(folder, modelIndex, "model_index.json"),
    text: await readConfig(folder, clipTextConfig, "text_encoder/config.json"),
    denoiser: await readConfig(folder, transformerConfig, "transformer/config.json"),
    vae: await readConfig(folder, autoencoderConfig, "vae/config.json"),
    scheduler: (await readModelJson(folder, "scheduler/scheduler_config.json")) as Record<string, unknown>,
  };
}

/** What a model's files tell of it without its weights: configs, tokenizer, and `said`, a part of the model. */
export async function readTextToImage(folder: ModelFolder) {
  const configs = await readConfigs(folder);
  const { index, text, vae, scheduler } = configs;
  const json = await readModelJson(folder, "tokenizer/tokenizer.json");
  const tokenizer = wordTokenizer(json, text.max_position_embeddings);
  const said: Pick<TextToImageModel, "name" | "config" | "schedulerConfig" | "tokenize"> = {
    name: index.name,
    config: {
      imageSize: vae.sample_size,
      latentShape: latentShapeOf(vae),
      maxTokens: tokenizer.length,
      defaults: {
        numInferenceSteps: index.defaults.num_inference_steps,
        guidanceScale: index.defaults.guidance_scale,
        sampler: index.defaults.sampler,
      },
    },
    schedulerConfig: scheduler,
    tokenize: (prompt) => tokenized(tokenizer, prompt),
  };
  return { configs, tokenizer, said };
}

/** The hash of a model from those of its weights: text encoder, denoiser, autoencoder. */
export function modelHash(configs: Configs, weights: readonly string[]): Promise<string> {
  return sha256([new TextEncoder().encode([...weights, JSON.stringify(Object.values(configs))].join("\n"))]);
}

/** Token ids to states, with a mask that is 1 up to each sentence's end. */
async function textPart(load: Load, tokenizer: WordTokenizer, configs: Configs) {
  const { length } = tokenizer;
  const { program, hash } = await load("text_encoder", (scope) => textGraph(scope, configs, "B"));
  const encodeText = async (ids: number[][]): Promise<TextCondition> => {
    const shape = [ids.length, length];
    const { hidden } = await program.run({ ids: { data: Int32Array.from(ids.flat()), shape } });
    const mask = Float32Array.from(
      ids.flatMap((row) => {
        const end = row.indexOf(tokenizer.end);
        return row.map((_, i) => (i <= end ? 1 : 0));
      }),
    );
    return { hidden: { data: hidden.data as Float32Array, shape: hidden.shape }, mask: { data: mask, shape } };
  };
  return { hash, encodeText, dispose: () => program.dispose() };
}

/** Predictions for one x under several conditions, all of them rows of one batch. */
async function denoiserPart(load: Load, configs: Configs) {
  const { text, denoiser: config, vae } = configs;
  const length = text.max_position_embeddings;
  const latentShape = latentShapeOf(vae);
  const { program, hash } = await load("transformer", (scope) => denoiserGraph(scope, configs, "B"));
  const denoise: TextToImageModel["denoise"] = async (x, t, texts) => {
    const rows = x.shape[0];
    const batch = rows * texts.length;
    const feeds = {
      x: { data: repeat(texts.map(() => x)), shape: [batch, ...latentShape] },
      time: { data: new Float32Array(batch).fill(t), shape: [batch] },
      text: {
        data: repeat(texts.flatMap(({ hidden }) => spread(hidden, rows))),
        shape: [batch, length, config.text_dim],
      },
      mask: { data: repeat(texts.flatMap(({ mask }) => spread(mask, rows))), shape: [batch, length] },
    };
    const { prediction } = await program.run(feeds);
    const data = prediction.data as Float32Array;
    const size = data.length / texts.length;
    return texts.map((_, i) => ({ data: data.slice(i * size, (i + 1) * size), shape: x.shape }));
  };
  return { hash, denoise, dispose: () => program.dispose() };
}

/** Latents to a picture's bytes. */
async function decoderPart(load: Load, configs: Configs) {
  const { vae } = configs;
  const { program, hash } = await load("vae", (scope) => decoderGraph(scope, configs, 1));
  const decoded: TextToImageModel["decode"] = async (latents) => {
    const { pictures } = await program.run({ latents: toPlaces(latents, vae) });
    return toBytes(pictures.data as Float32Array);
  };
  return { hash, decode: decoded, dispose: () => program.dispose() };
}

/** A picture to latents, compiled when the first request starts from a picture. */
function encoderPart(load: Load, { vae }: Configs) {
  const size = vae.sample_size;
  let loaded: ReturnType<Load> | undefined;
  const encoded: TextToImageModel["encode"] = async (planes) => {
    loaded ??= load("vae", (scope) => ({
      latents: encode(scope.at("encoder"), input("pixels", [1, size, size, 3]), vae),
    }));
    const { latents } = await (await loaded).program.run({ pixels: toPixels(planes) });
    return { mean: { data: fromPlaces(latents.data as Float32Array, 1, vae), shape: [1, ...latentShapeOf(vae)] } };
  };
  return { encode: encoded, dispose: async () => (await loaded)?.program.dispose() };
}

/** A condition of one row given to `rows` rows; of as many rows, as it is. */
const spread = (tensor: Tensor, rows: number): Tensor[] =>
  tensor.shape[0] === rows ? [tensor] : new Array(rows).fill(tensor);

function repeat(tensors: readonly Tensor[]): Float32Array {
  const joined = new Float32Array(tensors.reduce((size, { data }) => size + data.length, 0));
  let at = 0;
  for (const { data } of tensors) {
    joined.set(data, at);
    at += data.length;
  }
  return joined;
}
