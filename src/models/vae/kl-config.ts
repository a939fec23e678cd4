// The config of diffusers' AutoencoderKL, with its defaults (autoencoder_kl.py).
import { z } from "zod";
import { publishedConfig, size } from "../config-file.ts";

const downBlock = z.enum(["DownEncoderBlock2D", "AttnDownEncoderBlock2D"]);
const upBlock = z.enum(["UpDecoderBlock2D", "AttnUpDecoderBlock2D"]);
const numbers = z.array(z.number()).nullable().default(null);

export const autoencoderKLConfig = publishedConfig({
  in_channels: size.default(3),
  out_channels: size.default(3),
  down_block_types: z.array(downBlock).min(1).default(["DownEncoderBlock2D"]),
  up_block_types: z.array(upBlock).min(1).default(["UpDecoderBlock2D"]),
  block_out_channels: z.array(size).min(1).default([64]),
  layers_per_block: size.default(1),
  act_fn: z.enum(["silu", "swish", "mish", "gelu", "relu"]).default("silu"),
  latent_channels: size.default(4),
  norm_num_groups: size.default(32),
  /** Side of the pictures of its training; tiles are of this size. */
  sample_size: z.union([size, z.tuple([size, size])]).default(32),
  /** The denoiser sees latents times this; what is decoded has been divided by it. */
  scaling_factor: z.number().default(0.18215),
  shift_factor: z.number().nullable().default(null),
  latents_mean: numbers,
  latents_std: numbers,
  force_upcast: z.boolean().default(true), // everything is computed in float32
  use_quant_conv: z.boolean().default(true),
  use_post_quant_conv: z.boolean().default(true),
  mid_block_add_attention: z.boolean().default(true),
});
export type AutoencoderKLConfig = z.infer<typeof autoencoderKLConfig>;

/** How many pixels a side a latent stands for. */
export const pixelsPerLatent = ({ block_out_channels }: AutoencoderKLConfig): number =>
  2 ** (block_out_channels.length - 1);
