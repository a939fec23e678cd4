// Published CLIP encoders from their folders: what a denoiser reads of a text, and vectors of texts and pictures.
import { DriftfieldError, type Tensor } from "../../core/index.ts";
import { input, type Sym } from "../../graph/index.ts";
import { mappedAttention, type Scope } from "../../nn/index.ts";
import { compileComponent, type ComponentOptions, type ModelPlace, readConfig, weightsIn } from "../component.ts";
import type { Aliases } from "../weights.ts";
import { imageEmbedding, statesAt, textEmbedding, textTower, unit } from "./clip.ts";
import {
  publishedClipConfig,
  publishedTextConfig,
  publishedVisionConfig,
  type PublishedClipConfig,
  type PublishedTextConfig,
  type PublishedVisionConfig,
} from "./published-config.ts";

/** transformers 5 saves a tower alone without the prefix that published files have. */
export const clipAliases: Aliases = (slot) => [slot, slot.replace(/^(text_model|vision_model)\./, "")];

/**
 * Where each text of `ids` (B, T) ends: its first `eos_token_id`, or its largest id under the legacy marker 2
 * (modeling_clip.py); place 0 where a text has no end.
 */
export function endsOf(ids: Int32Array, length: number, eosTokenId: number): Int32Array {
  return Int32Array.from({ length: ids.length / length }, (_, row) => {
    const text = ids.subarray(row * length, (row + 1) * length);
    const end = text.indexOf(eosTokenId === 2 ? Math.max(...text) : eosTokenId);
    return Math.max(0, end);
  });
}

/** Ids (B, T) as the graph's inputs; throws for ids that the vocabulary lacks or texts that are too long. */
function textInputs(ids: Int32Array, length: number, config: PublishedTextConfig) {
  const wrong = ids.find((id) => id < 0 || id >= config.vocab_size);
  if (wrong !== undefined || length > config.max_position_embeddings) {
    const tooLong = `texts of ${length} tokens`;
    throw new DriftfieldError("invalid_option", "the text encoder can't read these token ids", {
      path: "ids",
      received: wrong === undefined ? tooLong : `the id ${wrong}`,
      expected: `ids below ${config.vocab_size}, at most ${config.max_position_embeddings} a text`,
      hint: "the tokenizer and the text encoder must be of the same model",
    });
  }
  const batch = ids.length / length;
  return {
    ids: { data: ids, shape: [batch, length] },
    end: { data: endsOf(ids, length, config.eos_token_id), shape: [batch] },
  };
}

/** CLIPTextModel, or with `projection` CLIPTextModelWithProjection. */
export type ClipTextEncoder = {
  readonly config: PublishedTextConfig;
  readonly hash: string;
  /**
   * `ids`: texts of `length` tokens, row by row. `hidden` (B, T, C): the last states after the final norm, or those
   * `skip` layers earlier after the same norm; `pooled` (B, C): the last states at each text's end; `projected` (B, P).
   */
  encode(ids: Int32Array, length: number): Promise<{ hidden: Tensor; pooled: Tensor; projected?: Tensor }>;
  dispose(): Promise<void>;
};

export type TextEncoderOptions = ComponentOptions & {
  /** Whether there is a text_projection. */
  projection?: boolean;
  /** The pipelines' clip_skip: 0 takes the last layer's states, 1 the penultimate's. */
  skip?: number;
};

/** The graph of a text encoder for texts of `length` tokens: inputs ids (B, T) and end (B). */
export function textGraph(
  scope: Scope,
  length: number,
  config: PublishedTextConfig,
  { projection = false, skip = 0 }: Omit<TextEncoderOptions, keyof ComponentOptions>,
): Record<string, Sym> {
  const end = input("end", ["B"], "int32");
  const ids = input("ids", ["B", length], "int32");
  const { last, skipped } = textTower(scope, ids, config, { attend: mappedAttention, skip });
  const projected = projection && { projected: textEmbedding(scope, last, end, config.projection_dim) };
  return { hidden: skipped, pooled: statesAt(last, end), ...projected };
}

/** Loads the text encoder in `folder`. Throws where a file is missing, damaged or of another model. */
export async function loadClipTextEncoder(folder: ModelPlace, options: TextEncoderOptions): Promise<ClipTextEncoder> {
  const config = await readConfig(folder, publishedTextConfig);
  const { backend, variant, skip = 0 } = options;
  if (!Number.isInteger(skip) || skip < 0 || skip >= config.num_hidden_layers) {
    throw new DriftfieldError("invalid_option", "clip skip leaves no layer of the text encoder", {
      path: "clip_skip",
      received: String(skip),
      expected: `an integer from 0 to ${config.num_hidden_layers - 1}`,
      hint: "0 takes the last layer's states, 1 the penultimate's",
    });
  }
  const files = weightsIn(folder, variant);
  const build = (length: number) =>
    compileComponent("text-encoder", files, backend, (scope) => textGraph(scope, length, config, options), clipAliases);
  let compiled = { length: config.max_position_embeddings, ...(await build(config.max_position_embeddings)) };
  return {
    config,
    hash: compiled.hash,
    async encode(ids, length) {
      const feeds = textInputs(ids, length, config);
      if (length !== compiled.length) {
        await compiled.program.dispose();
        compiled = { length, ...(await build(length)) };
      }
      return (await compiled.program.run(feeds)) as Awaited<ReturnType<ClipTextEncoder["encode"]>>;
    },
    dispose: () => compiled.program.dispose(),
  };
}

/** CLIPVisionModelWithProjection. */
export type ClipImageEncoder = {
  readonly config: PublishedVisionConfig;
  readonly hash: string;
  /** Normalised pixels (B, S, S, 3), channels last, to vectors (B, P). */
  encode(pixels: Tensor): Promise<Tensor>;
  dispose(): Promise<void>;
};

/** The graph of an image encoder: input pixels (B, S, S, 3). */
export function imageGraph(scope: Scope, config: PublishedVisionConfig): Record<string, Sym> {
  const { image_size: side, projection_dim } = config;
  const pixels = input("pixels", ["B", side, side, 3]);
  return { embedding: imageEmbedding(scope, pixels, config, projection_dim, { attend: mappedAttention }) };
}

/** Loads the image encoder in `folder`. Throws where a file is missing, damaged or of another model. */
export async function loadClipImageEncoder(
  folder: ModelPlace,
  { backend, variant }: ComponentOptions,
): Promise<ClipImageEncoder> {
  const config = await readConfig(folder, publishedVisionConfig);
  const files = weightsIn(folder, variant);
  const build = (scope: Scope): Record<string, Sym> => imageGraph(scope, config);
  const { program, hash } = await compileComponent("image-encoder", files, backend, build, clipAliases);
  return {
    config,
    hash,
    encode: async (pixels) => (await program.run({ pixels })).embedding as Tensor,
    dispose: () => program.dispose(),
  };
}

/** CLIPModel: both towers, vectors of unit length (B, P) in one space. */
export type ClipTowers = {
  readonly config: PublishedClipConfig;
  readonly hash: string;
  readonly logitScale: number;
  /**
   * `ids`: texts of `length` tokens, row by row; to (B, P). `ends`: the place of each text's end, where that isn't its
   * config's end token.
   */
  encodeText(ids: Int32Array, length: number, ends?: Int32Array): Promise<Tensor>;
  /** Normalised pixels (B, S, S, 3), channels last, to (B, P). */
  encodeImages(pixels: Tensor): Promise<Tensor>;
  dispose(): Promise<void>;
};

/** Graphs of both towers: ids (B, T) with ends (B), and pixels (B, S, S, 3), each to vectors of unit length. */
export const towerGraphs = {
  texts(scope: Scope, { text_config: text, projection_dim }: PublishedClipConfig): Record<string, Sym> {
    const ids = input("ids", ["B", text.max_position_embeddings], "int32");
    const { last } = textTower(scope, ids, text, { attend: mappedAttention });
    return { embedding: unit(textEmbedding(scope, last, input("end", ["B"], "int32"), projection_dim)) };
  },
  images(scope: Scope, config: PublishedClipConfig): Record<string, Sym> {
    const { vision_config: vision, projection_dim, logit_scale_init_value: value } = config;
    const { embedding } = imageGraph(scope, { ...vision, projection_dim });
    return { embedding: unit(embedding), scale: scope.slot("logit_scale", [], { kind: "constant", value }) };
  },
};

/** Loads the published CLIP in `folder`. Throws where a file is missing, damaged or of another model. */
export async function loadClipTowers(
  folder: ModelPlace,
  { backend, variant }: ComponentOptions,
): Promise<ClipTowers> {
  const config = await readConfig(folder, publishedClipConfig);
  const files = weightsIn(folder, variant);
  const { text_config: text, vision_config: vision } = config;
  const [length, side] = [text.max_position_embeddings, vision.image_size];
  const texts = await compileComponent("clip-text", files, backend, (scope) => towerGraphs.texts(scope, config));
  const images = await compileComponent("clip-image", files, backend, (scope) => towerGraphs.images(scope, config));
  const blank = { data: new Float32Array(side * side * 3), shape: [1, side, side, 3] };
  const scale = (await images.program.run({ pixels: blank })).scale.data[0] as number;
  return {
    config,
    hash: images.hash,
    logitScale: Math.exp(scale),
    async encodeText(ids, given, ends) {
      const batch = ids.length / given;
      const { end } = { ...textInputs(ids, given, text), ...(ends && { end: { data: ends, shape: [batch] } }) };
      const padded = new Int32Array(batch * length); // what follows an end changes nothing before it
      for (let i = 0; i < batch; i++) padded.set(ids.subarray(i * given, (i + 1) * given), i * length);
      const feeds = { ids: { data: padded, shape: [batch, length] }, end };
      return (await texts.program.run(feeds)).embedding as Tensor;
    },
    encodeImages: async (pixels) => (await images.program.run({ pixels })).embedding as Tensor,
    async dispose() {
      await Promise.all([texts.program.dispose(), images.program.dispose()]);
    },
  };
}

