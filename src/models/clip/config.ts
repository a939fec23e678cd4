// CLIP's sizes, in transformers' CLIPModel form, so that published checkpoints and our own say them alike.
import { z } from "zod";

const towerConfig = {
  hidden_size: z.int().positive(),
  intermediate_size: z.int().positive(),
  num_hidden_layers: z.int().positive(),
  num_attention_heads: z.int().positive(),
  hidden_act: z.enum(["quick_gelu", "gelu"]),
  layer_norm_eps: z.number().positive(),
};
export const clipTextConfig = z.object({
  ...towerConfig,
  vocab_size: z.int().positive(),
  max_position_embeddings: z.int().positive(),
});
export const clipVisionConfig = z.object({ ...towerConfig, image_size: z.int().positive(), patch_size: z.int().positive() });
export const clipConfig = z.object({
  architectures: z.array(z.string()).optional(),
  model_type: z.literal("clip"),
  projection_dim: z.int().positive(),
  logit_scale_init_value: z.number(),
  text_config: clipTextConfig,
  vision_config: clipVisionConfig,
});
export type ClipTextConfig = z.infer<typeof clipTextConfig>;
export type ClipVisionConfig = z.infer<typeof clipVisionConfig>;
export type ClipConfig = z.infer<typeof clipConfig>;

/** The default CLIP of the shipped model; the vocabulary's size comes with the data. */
export function defaultClip(vocabularySize: number): ClipConfig {
  return {
    architectures: ["CLIPModel"],
    model_type: "clip",
    projection_dim: 256,
    logit_scale_init_value: Math.log(1 / 0.07),
    text_config: {
      hidden_size: 256, intermediate_size: 1024, num_hidden_layers: 3, num_attention_heads: 4, hidden_act: "quick_gelu",
      layer_norm_eps: 1e-5, vocab_size: vocabularySize, max_position_embeddings: 20,
    },
    vision_config: {
      hidden_size: 256, intermediate_size: 1024, num_hidden_layers: 4, num_attention_heads: 4, hidden_act: "quick_gelu",
      layer_norm_eps: 1e-5, image_size: 64, patch_size: 16,
    },
  };
}
