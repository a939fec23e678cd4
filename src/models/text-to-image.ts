// The default kind of model: words through CLIP's text tower, latents through the transformer, pictures out of the
// decoder.
import { z } from "zod";
import { throwIfAborted, type OnProgress, type Tensor } from "../core/index.ts";
import { sha256, subFolder } from "../files/index.ts";
import { constant, input, mul, sub } from "../graph/index.ts";
import type { Backend } from "../runtime/index.ts";
import { textHiddenStates } from "./clip/clip.ts";
import { clipTextConfig } from "./clip/config.ts";
import { tokenized, wordTokenizer } from "./clip/tokenizer.ts";
import {
  compileComponent,
  type ModelPlace,
  openPlace,
  readConfig,
  readModelJson,
  weightsIn,
} from "./component.ts";
import { transformerConfig } from "./transformer/config.ts";
import { transformer } from "./transformer/transformer.ts";
import type { TextCondition, TextToImageModel } from "./types.ts";
import { decode, encode } from "./vae/autoencoder.ts";
import { autoencoderConfig, latentSize } from "./vae/config.ts";
import { fromPlaces, toBytes, toPixels, toPlaces } from "./vae/latents.ts";

const MASKED = -1e9;

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
export async function loadTextToImage(
  place: ModelPlace,
  { backend, signal, onProgress, variant }: LoadOptions,
): Promise<TextToImageModel> {
  const folder = openPlace(place);
  const index = await readConfig(folder, modelIndex, "model_index.json");
  const textConfig = await readConfig(folder, clipTextConfig, "text_encoder/config.json");
  const denoiserConfig = await readConfig(folder, transformerConfig, "transformer/config.json");
  const vaeConfig = await readConfig(folder, autoencoderConfig, "vae/config.json");
  const schedulerConfig = (await readModelJson(folder, "scheduler/scheduler_config.json")) as Record<string, unknown>;
  const length = textConfig.max_position_embeddings;
  const tokenizer = wordTokenizer(await readModelJson(folder, "tokenizer/tokenizer.json"), length);
  const side = latentSize(vaeConfig);
  const channels = vaeConfig.latent_channels;
  const latentShape = [channels, 1, side, side] as const;

  const load = async (component: string, build: Parameters<typeof compileComponent>[3]) => {
    throwIfAborted(signal);
    onProgress?.({ type: "load", component, fraction: null });
    return compileComponent(component, weightsIn(subFolder(folder, component), variant), backend, build);
  };
  const text = await load("text_encoder", (scope) => ({
    hidden: textHiddenStates(scope, input("ids", ["B", length], "int32"), textConfig),
  }));
  const denoiser = await load("transformer", (scope) => ({
    prediction: transformer(
      scope,
      {
        x: input("x", ["B", ...latentShape]),
        time: input("time", ["B"]),
        text: input("text", ["B", length, denoiserConfig.text_dim]),
        textBias: mul(sub(constant(1), input("mask", ["B", length])), MASKED),
      },
      denoiserConfig,
    ),
  }));
  const decoder = await load("vae", (scope) => ({
    pictures: decode(scope.at("decoder"), input("latents", [1, side, side, channels]), vaeConfig),
  }));

  let encoder: ReturnType<typeof load> | undefined; // for requests that start from a picture

  const encodeText = async (ids: number[][]): Promise<TextCondition> => {
    const batch = ids.length;
    const { hidden } = await text.program.run({ ids: { data: Int32Array.from(ids.flat()), shape: [batch, length] } });
    const mask = Float32Array.from(
      ids.flatMap((row) => {
        const end = row.indexOf(tokenizer.end);
        return row.map((_, i) => (i <= end ? 1 : 0));
      }),
    );
    return {
      hidden: { data: hidden.data as Float32Array, shape: hidden.shape },
      mask: { data: mask, shape: [batch, length] },
    };
  };
  const hashes = [
    text.hash,
    denoiser.hash,
    decoder.hash,
    JSON.stringify([index, textConfig, denoiserConfig, vaeConfig, schedulerConfig]),
  ];

  return {
    name: index.name,
    hash: await sha256([new TextEncoder().encode(hashes.join("\n"))]),
    config: {
      imageSize: vaeConfig.sample_size,
      latentShape,
      maxTokens: length,
      defaults: {
        numInferenceSteps: index.defaults.num_inference_steps,
        guidanceScale: index.defaults.guidance_scale,
        sampler: index.defaults.sampler,
      },
    },
    schedulerConfig,
    tokenize: (prompt) => tokenized(tokenizer, prompt),
    encodeText,
    nullCondition: () => encodeText([[...tokenizer.encode("").ids]]),
    async denoise(x, t, texts) {
      const rows = x.shape[0];
      const batch = rows * texts.length;
      const feeds = {
        x: { data: repeat(texts.map(() => x)), shape: [batch, ...latentShape] },
        time: { data: new Float32Array(batch).fill(t), shape: [batch] },
        text: {
          data: repeat(texts.flatMap(({ hidden }) => spread(hidden, rows))),
          shape: [batch, length, denoiserConfig.text_dim],
        },
        mask: { data: repeat(texts.flatMap(({ mask }) => spread(mask, rows))), shape: [batch, length] },
      };
      const { prediction } = await denoiser.program.run(feeds);
      const data = prediction.data as Float32Array;
      const size = data.length / texts.length;
      return texts.map((_, i) => ({ data: data.slice(i * size, (i + 1) * size), shape: x.shape }));
    },
    async decode(latents) {
      const { pictures } = await decoder.program.run({ latents: toPlaces(latents, vaeConfig) });
      return toBytes(pictures.data as Float32Array);
    },
    async encode(planes) {
      const size = vaeConfig.sample_size;
      encoder ??= load("vae", (scope) => ({
        latents: encode(scope.at("encoder"), input("pixels", [1, size, size, 3]), vaeConfig),
      }));
      const { latents } = await (await encoder).program.run({ pixels: toPixels(planes) });
      return { mean: { data: fromPlaces(latents.data as Float32Array, 1, vaeConfig), shape: [1, ...latentShape] } };
    },
    async dispose() {
      const loaded = [text, denoiser, decoder, ...(encoder ? [await encoder] : [])];
      await Promise.all(loaded.map(({ program }) => program.dispose()));
    },
  };
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
