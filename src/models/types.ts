// What a pipeline asks of a model, whatever it is made of.
import type { Tensor } from "../core/index.ts";

/** Token states of a text and which of them count: hidden (B, L, D), mask (B, L) of ones and zeros. */
export type TextCondition = { hidden: Tensor; mask: Tensor };

/**
 * A prompt as the model reads it. `words`: how many it has, or tokens where `unit` says so; `unknown`: words that the
 * model never saw; `vocabulary`: those that it did.
 */
export type TokenizedPrompt = {
  ids: number[];
  truncated: boolean;
  words: number;
  unit: "words" | "tokens";
  unknown: string[];
  vocabulary: readonly string[];
};

/** A text-to-image model: tokenizer, text encoder, denoiser and decoder. Latents are (B, C, F, H, W). */
export type TextToImageModel = {
  readonly name: string;
  /** sha256 of the component files' hashes. */
  readonly hash: string;
  readonly config: {
    imageSize: number;
    /** [C, F, H, W] */
    latentShape: readonly number[];
    maxTokens: number;
    defaults: { numInferenceSteps: number; guidanceScale: number; sampler: string };
  };
  /** A diffusers scheduler_config.json. */
  readonly schedulerConfig: Record<string, unknown>;
  tokenize(prompt: string): TokenizedPrompt;
  encodeText(ids: number[][]): Promise<TextCondition>;
  /** The learned null condition, B = 1. */
  nullCondition(): Promise<TextCondition>;
  /** One batched evaluation: the same x (B, C, F, H, W) with each of the texts; one prediction for each text. */
  denoise(x: Tensor, t: number, texts: TextCondition[]): Promise<Tensor[]>;
  /** Latents (1, C, F, H, W) to RGB bytes, row by row. */
  decode(latents: Tensor): Promise<Uint8Array>;
  dispose(): Promise<void>;
};

/** An 8-bit RGB picture, row by row. */
export type RgbImage = { width: number; height: number; data: Uint8Array };

/** CLIP: texts and pictures to unit vectors (B, D) of one space. */
export type ClipModel = {
  readonly name: string;
  readonly hash: string;
  readonly logitScale: number;
  /** Tokens of the longest text. */
  readonly maxTokens: number;
  tokenize(text: string): TokenizedPrompt;
  embedText(texts: string[]): Promise<Tensor>;
  embedImages(images: RgbImage[]): Promise<Tensor>;
  dispose(): Promise<void>;
};
