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

/** A picture's latents (1, C, ...): where it lies, and how far the encoder would have it drawn from there. */
export type PictureLatents = { mean: Tensor; deviation?: Tensor };

/** Sizes that a model makes besides its default. */
export type Sizes = {
  /** Both sides are multiples of this many pixels. */
  multiple: number;
  width: number;
  height: number;
  /** [C, ...] of a picture of this size. */
  latentShape(width: number, height: number): readonly number[];
};

/** A text-to-image model: tokenizer, text encoder, denoiser and decoder. Latents are (B, C, ...). */
export type TextToImageModel = {
  readonly name: string;
  /** sha256 of the component files' hashes. */
  readonly hash: string;
  readonly config: {
    imageSize: number;
    /** [C, ...], of a picture of imageSize. */
    latentShape: readonly number[];
    /** Where the model makes other sizes too. */
    sizes?: Sizes;
    maxTokens: number;
    /** `sampler` undefined: the scheduler's own. */
    defaults: { numInferenceSteps: number; guidanceScale: number; sampler?: string; rng?: "counter" | "torch" };
    /** The denoiser is also given a mask and the masked picture's latents: it in-paints and nothing else. */
    inpaints?: boolean;
    /** The denoiser was trained to guide itself: it is told the scale and asked once. */
    isGuided?: boolean;
    /** It takes no text; its latents are the pictures. */
    isUnconditional?: boolean;
    /** One component at a time: pictures are decoded when all have been denoised. */
    loadsInTurn?: boolean;
  };
  /** A diffusers scheduler_config.json. */
  readonly schedulerConfig: Record<string, unknown>;
  /** Whether its scheduler is taken over as the reference's pipelines do (a diffusers folder). */
  readonly isReference?: boolean;
  tokenize(prompt: string): TokenizedPrompt;
  encodeText(ids: number[][]): Promise<TextCondition>;
  /** What stands for no prompt, B = 1. */
  nullCondition(): Promise<TextCondition>;
  /** One batched evaluation: the same x (B, C, ...) with each of the texts; one prediction for each text. */
  denoise(x: Tensor, t: number, texts: TextCondition[], given?: DenoiserExtras): Promise<Tensor[]>;
  /** Latents (1, C, ...) to RGB bytes, row by row. */
  decode(latents: Tensor): Promise<Uint8Array>;
  /** A picture of a size that the model makes, as planes (1, 3, H, W) in [-1, 1]. */
  encode?(planes: Tensor): Promise<PictureLatents>;
  dispose(): Promise<void>;
};

/** What some denoisers are told besides: `inpaint` (B, 1 + C, ...) mask and masked latents, and the guidance scale. */
export type DenoiserExtras = { inpaint?: Tensor; guidanceScale?: number };

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
