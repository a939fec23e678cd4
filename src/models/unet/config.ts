// The configs of diffusers' UNet2DConditionModel and UNet2DModel: every key that decides what is computed, with the
// reference's defaults (unet_2d_condition.py, unet_2d.py); values that it can't compute are refused.
import { z } from "zod";
import { perBlock, publishedConfig, size } from "../config-file.ts";

const activation = z.enum(["silu", "swish", "mish", "gelu", "relu"]);
const shared = {
  sample_size: z.union([size, z.tuple([size, size])]).nullable().default(null),
  center_input_sample: z.boolean().default(false),
  flip_sin_to_cos: z.boolean().default(true),
  freq_shift: z.number().default(0),
  time_embedding_type: z.literal("positional").default("positional"),
  time_embedding_dim: size.nullable().default(null),
  layers_per_block: size.default(2),
  downsample_padding: z.union([z.literal(0), z.literal(1)]).default(1),
  mid_block_scale_factor: z.number().default(1),
  dropout: z.number().default(0), // nothing is dropped outside training
  act_fn: activation.default("silu"),
  norm_num_groups: size.default(32),
  norm_eps: z.number().positive().default(1e-5),
  num_class_embeds: size.nullable().default(null),
  resnet_time_scale_shift: z.enum(["default", "scale_shift"]).default("default"),
};

const downBlock = z.enum([
  "DownBlock2D", "AttnDownBlock2D", "CrossAttnDownBlock2D", "ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D",
]);
const upBlock = z.enum([
  "UpBlock2D", "AttnUpBlock2D", "CrossAttnUpBlock2D", "ResnetUpsampleBlock2D", "SimpleCrossAttnUpBlock2D",
]);
const conditionMid = z.enum(["UNetMidBlock2DCrossAttn", "UNetMidBlock2DSimpleCrossAttn", "UNetMidBlock2D"]);
type DownBlock = z.infer<typeof downBlock>;
type UpBlock = z.infer<typeof upBlock>;

/** Lists of one entry a block must have as many as there are blocks. */
function sameLength(config: Record<string, unknown>, context: z.RefinementCtx): void {
  const blocks = (config.block_out_channels as unknown[]).length;
  for (const [key, value] of Object.entries(config)) {
    if (!Array.isArray(value) || value.length === blocks || key === "sample_size") continue;
    context.addIssue({ code: "custom", path: [key], message: `it needs ${blocks} entries, one for each block` });
  }
}

const crossDown = "CrossAttnDownBlock2D";
const crossUp = "CrossAttnUpBlock2D";
const defaultDown: DownBlock[] = [crossDown, crossDown, crossDown, "DownBlock2D"];
const defaultUp: UpBlock[] = ["UpBlock2D", crossUp, crossUp, crossUp];

export const unetConditionConfig = publishedConfig({
  ...shared,
  in_channels: size.default(4),
  out_channels: size.default(4),
  down_block_types: z.array(downBlock).min(1).default(defaultDown),
  mid_block_type: conditionMid.nullable().default("UNetMidBlock2DCrossAttn"),
  up_block_types: z.array(upBlock).min(1).default(defaultUp),
  only_cross_attention: perBlock(z.boolean()).default(false),
  block_out_channels: z.array(size).min(1).default([320, 640, 1280, 1280]),
  layers_per_block: perBlock(size).default(2),
  cross_attention_dim: perBlock(size).default(1280),
  transformer_layers_per_block: perBlock(size).default(1),
  reverse_transformer_layers_per_block: z.array(size).nullable().default(null),
  encoder_hid_dim: size.nullable().default(null),
  encoder_hid_dim_type: z.literal("text_proj").nullable().default(null),
  /** Heads of a block, except in the simple blocks, where it is the size of one. */
  attention_head_dim: perBlock(size).default(8),
  num_attention_heads: z.null().default(null),
  dual_cross_attention: z.literal(false).default(false),
  use_linear_projection: z.boolean().default(false),
  class_embed_type: z.enum(["timestep", "identity", "projection", "simple_projection"]).nullable().default(null),
  addition_embed_type: z.null().default(null),
  addition_time_embed_dim: z.null().default(null),
  addition_embed_type_num_heads: z.number().default(64), // of addition_embed_type
  upcast_attention: z.boolean().nullable().default(false), // everything is computed in float32
  resnet_skip_time_act: z.boolean().default(false),
  resnet_out_scale_factor: z.number().default(1),
  time_embedding_act_fn: activation.nullable().default(null),
  timestep_post_act: activation.nullable().default(null),
  time_cond_proj_dim: size.nullable().default(null),
  conv_in_kernel: size.default(3),
  conv_out_kernel: size.default(3),
  projection_class_embeddings_input_dim: size.nullable().default(null),
  attention_type: z.literal("default").default("default"),
  class_embeddings_concat: z.boolean().default(false),
  mid_block_only_cross_attention: z.boolean().nullable().default(null),
  cross_attention_norm: z.enum(["layer_norm", "group_norm"]).nullable().default(null),
}).superRefine(sameLength);
export type UNetConditionConfig = z.infer<typeof unetConditionConfig>;

const attnDown = "AttnDownBlock2D";
const attnUp = "AttnUpBlock2D";

export const unet2DConfig = publishedConfig({
  ...shared,
  in_channels: size.default(3),
  out_channels: size.default(3),
  down_block_types: z.array(downBlock).min(1).default(["DownBlock2D", attnDown, attnDown, attnDown]),
  mid_block_type: z.literal("UNetMidBlock2D").nullable().default("UNetMidBlock2D"),
  up_block_types: z.array(upBlock).min(1).default([attnUp, attnUp, attnUp, "UpBlock2D"]),
  block_out_channels: z.array(size).min(1).default([224, 448, 672, 896]),
  downsample_type: z.enum(["conv", "resnet"]).default("conv"),
  upsample_type: z.enum(["conv", "resnet"]).default("conv"),
  /** Size of a head; null makes one head of all channels. */
  attention_head_dim: size.nullable().default(8),
  attn_norm_num_groups: size.nullable().default(null),
  add_attention: z.boolean().default(true),
  class_embed_type: z.enum(["timestep", "identity"]).nullable().default(null),
  num_train_timesteps: z.number().nullable().default(null), // of learned time embeddings, which aren't supported
}).superRefine(sameLength);
export type UNet2DConfig = z.infer<typeof unet2DConfig>;
