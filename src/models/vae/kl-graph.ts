// The variational autoencoder of latent diffusion (Kingma & Welling 2014, Rombach et al. 2022) as graphs: order and
// names of diffusers' AutoencoderKL (vae.py), channels first.
import { silu, type Sym } from "../../graph/index.ts";
import type { Scope } from "../../nn/index.ts";
import { blockKinds, downBlock, midBlock, upBlock, type Block, type Common } from "../unet/blocks.ts";
import { convolution, groupNormLayer } from "../unet/layers.ts";
import type { AutoencoderKLConfig } from "./kl-config.ts";

const EPSILON = 1e-6; // of every norm in it, whatever the config of the denoiser says

const commonOf = (config: AutoencoderKLConfig): Common => ({
  groups: config.norm_num_groups,
  epsilon: EPSILON,
  activation: config.act_fn,
  scaleShift: false,
  time: undefined,
  skipTimeActivation: false,
  outputScale: 1,
  context: undefined,
  mask: undefined,
  linearProjection: false,
  contextNorm: null,
  downPadding: 0,
});

const plain = { heads: 1, headSize: null, transformerLayers: 0, onlyCross: false };

function middle(scope: Scope, x: Sym, config: AutoencoderKLConfig): Sym {
  const attention = config.mid_block_add_attention ? "places" : "none";
  return midBlock(scope, x, commonOf(config), { ...plain, attention, outputScale: 1, second: true });
}

const block = (type: string, channels: number, layers: number, last: boolean): Block => ({
  ...plain,
  ...blockKinds[type],
  channels,
  layers,
  last,
});

/** The last norm, activation and convolution of both halves. */
function finish(scope: Scope, x: Sym, config: AutoencoderKLConfig, channels: number): Sym {
  const normed = groupNormLayer(scope.at("conv_norm_out"), x, config.norm_num_groups, EPSILON);
  return convolution(scope.at("conv_out"), silu(normed), channels, 3);
}

/** Pictures (B, 3, H, W) in [-1, 1] to mean and log variance of their latents, one after the other: (B, 2 C, h, w). */
export function encodeKL(scope: Scope, pixels: Sym, config: AutoencoderKLConfig): Sym {
  const { block_out_channels: channels, latent_channels: latent, layers_per_block: layers } = config;
  const encoder = scope.at("encoder");
  let x = convolution(encoder.at("conv_in"), pixels, channels[0], 3);
  config.down_block_types.forEach((type, i) => {
    const own = block(type, channels[i], layers, i === channels.length - 1);
    x = downBlock(encoder.at("down_blocks").at(i), x, commonOf(config), own).x;
  });
  const out = finish(encoder, middle(encoder.at("mid_block"), x, config), config, 2 * latent);
  return config.use_quant_conv ? convolution(scope.at("quant_conv"), out, 2 * latent, 1) : out;
}

/** Latents (B, C, h, w), divided by the scaling factor, to pictures (B, 3, H, W), about [-1, 1]. */
export function decodeKL(scope: Scope, latents: Sym, config: AutoencoderKLConfig): Sym {
  const { block_out_channels, latent_channels: latent, layers_per_block: layers } = config;
  const channels = [...block_out_channels].reverse();
  const z = config.use_post_quant_conv ? convolution(scope.at("post_quant_conv"), latents, latent, 1) : latents;
  const decoder = scope.at("decoder");
  let x = convolution(decoder.at("conv_in"), z, channels[0], 3);
  x = middle(decoder.at("mid_block"), x, config);
  config.up_block_types.forEach((type, i) => {
    const own = block(type, channels[i], layers + 1, i === channels.length - 1);
    x = upBlock(decoder.at("up_blocks").at(i), x, null, commonOf(config), own);
  });
  return finish(decoder, x, config, config.out_channels);
}
