// The denoiser's sizes, in the form of diffusers' WanTransformer3DModel: ours is a small one of the same architecture.
import { z } from "zod";

export const transformerConfig = z.object({
  _class_name: z.literal("WanTransformer3DModel"),
  patch_size: z.tuple([z.int().positive(), z.int().positive(), z.int().positive()]),
  num_attention_heads: z.int().positive(),
  attention_head_dim: z.int().positive(),
  in_channels: z.int().positive(),
  out_channels: z.int().positive(),
  text_dim: z.int().positive(),
  freq_dim: z.int().positive(),
  ffn_dim: z.int().positive(),
  num_layers: z.int().positive(),
  cross_attn_norm: z.boolean(),
  qk_norm: z.literal("rms_norm_across_heads").nullable(),
  eps: z.number().positive(),
});
export type TransformerConfig = z.infer<typeof transformerConfig>;

/** The denoiser that ships: 16 tokens of 64 latent channels, conditioned on CLIP's text states. */
export const defaultTransformer: TransformerConfig = {
  _class_name: "WanTransformer3DModel",
  patch_size: [1, 1, 1],
  num_attention_heads: 5,
  attention_head_dim: 64,
  in_channels: 64,
  out_channels: 64,
  text_dim: 256,
  freq_dim: 256,
  ffn_dim: 1280,
  num_layers: 6,
  cross_attn_norm: true,
  qk_norm: "rms_norm_across_heads",
  eps: 1e-6,
};

/**
 * The denoiser's sizes: "base" ships (10.9 million parameters); "large" has 29.2 million, 58.5 MB in half precision.
 * It is wider, not deeper: as many steps to compile and to launch, and wider products, which is what a GPU is good at.
 */
export const transformerSizes = {
  base: defaultTransformer,
  large: { ...defaultTransformer, num_attention_heads: 8, ffn_dim: 2304 },
} satisfies Record<string, TransformerConfig>;

export type TransformerSize = keyof typeof transformerSizes;
