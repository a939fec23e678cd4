// The three graphs of the default kind of model, for as many rows as are evaluated at once: a number, or a name where
// the runtime may choose.
import { input, type Sym } from "../graph/index.ts";
import type { Scope } from "../nn/index.ts";
import { textHiddenStates } from "./clip/clip.ts";
import type { ClipTextConfig } from "./clip/config.ts";
import type { TransformerConfig } from "./transformer/config.ts";
import { textBiasOf, transformer } from "./transformer/transformer.ts";
import { decode } from "./vae/autoencoder.ts";
import { type AutoencoderConfig, latentSize } from "./vae/config.ts";

export type TextToImageConfigs = { text: ClipTextConfig; denoiser: TransformerConfig; vae: AutoencoderConfig };

type Rows = number | string;

/** Channels, frames, rows and columns of one picture's latents. */
export function latentShapeOf(vae: AutoencoderConfig) {
  const side = latentSize(vae);
  return [vae.latent_channels, 1, side, side] as const;
}

/** "ids" (B, L) to "hidden" (B, L, D): the weights are those of text_encoder/. */
export function textGraph(scope: Scope, { text }: TextToImageConfigs, rows: Rows): Record<string, Sym> {
  return { hidden: textHiddenStates(scope, input("ids", [rows, text.max_position_embeddings], "int32"), text) };
}

/** "x" (B, C, F, H, W), "time" (B), "text" (B, L, D) and "mask" (B, L) to "prediction": the weights of transformer/. */
export function denoiserGraph(scope: Scope, configs: TextToImageConfigs, rows: Rows): Record<string, Sym> {
  const { text, denoiser, vae } = configs;
  const length = text.max_position_embeddings;
  const prediction = transformer(
    scope,
    {
      x: input("x", [rows, ...latentShapeOf(vae)]),
      time: input("time", [rows]),
      text: input("text", [rows, length, denoiser.text_dim]),
      textBias: textBiasOf(input("mask", [rows, length])),
    },
    denoiser,
  );
  return { prediction };
}

/** "latents" (B, H, W, C) as the autoencoder has them to "pictures" (B, S, S, 3) in [-1, 1]: the weights of vae/. */
export function decoderGraph(scope: Scope, { vae }: TextToImageConfigs, rows: number): Record<string, Sym> {
  const [channels, , height, width] = latentShapeOf(vae);
  return { pictures: decode(scope.at("decoder"), input("latents", [rows, height, width, channels]), vae) };
}
