// The configs of published CLIP towers, as transformers writes them: CLIPTextConfig, CLIPVisionConfig, CLIPConfig.
import { z } from "zod";
import { publishedConfig, size } from "../config-file.ts";

const tower = {
  projection_dim: size.default(512),
  num_hidden_layers: size.default(12),
  hidden_act: z.enum(["quick_gelu", "gelu", "gelu_new", "gelu_pytorch_tanh", "relu", "silu"]).default("quick_gelu"),
  layer_norm_eps: z.number().positive().default(1e-5),
};

const textKeys = {
  ...tower,
  model_type: z.enum(["clip_text_model", "clip"]).default("clip_text_model"),
  hidden_size: size.default(512),
  intermediate_size: size.default(2048),
  num_attention_heads: size.default(8),
  vocab_size: size.default(49408),
  max_position_embeddings: size.default(77),
  /** Where a text ends; 2 is a legacy marker that means "at its largest id". */
  eos_token_id: z.int().nonnegative().default(49407),
};

const visionKeys = {
  ...tower,
  model_type: z.enum(["clip_vision_model", "clip"]).default("clip_vision_model"),
  hidden_size: size.default(768),
  intermediate_size: size.default(3072),
  num_attention_heads: size.default(12),
  num_channels: size.default(3),
  image_size: size.default(224),
  patch_size: size.default(32),
};

export const publishedTextConfig = publishedConfig(textKeys, { generic: true });
export const publishedVisionConfig = publishedConfig(visionKeys, { generic: true });
export type PublishedTextConfig = z.infer<typeof publishedTextConfig>;
export type PublishedVisionConfig = z.infer<typeof publishedVisionConfig>;

const both = publishedConfig(
  {
    model_type: z.literal("clip").default("clip"),
    projection_dim: size.default(512),
    logit_scale_init_value: z.number().default(2.6592),
    text_config: publishedTextConfig.default(() => publishedTextConfig.parse({})),
    vision_config: publishedVisionConfig.default(() => publishedVisionConfig.parse({})),
  },
  { generic: true },
);

/** Older files say a tower twice; what `text_config_dict` says wins (configuration_clip.py). */
function withoutTwins(raw: unknown): unknown {
  if (raw === null || typeof raw !== "object") return raw;
  const { text_config_dict: text, vision_config_dict: vision, ...rest } = raw as Record<string, object | null>;
  return {
    ...rest,
    ...(text && { text_config: { ...rest.text_config, ...text } }),
    ...(vision && { vision_config: { ...rest.vision_config, ...vision } }),
  };
}

/** Both towers in one (CLIPModel). */
export const publishedClipConfig = z.preprocess(withoutTwins, both);
export type PublishedClipConfig = z.infer<typeof publishedClipConfig>;
