// The convolutional autoencoder: pictures to latents and back. Channels last throughout; pixels are folded into
// channels (space to depth) where others stride, so that every convolution is one matrix product.
import { add, reshape, silu, transpose, type Sym } from "../../graph/index.ts";
import { convLayer, denseLayer, layerNormLayer, zero, type Scope } from "../../nn/index.ts";
import type { AutoencoderConfig } from "./config.ts";

/** (N, H, W, C) to (N, H/f, W/f, f f C). */
export function spaceToDepth(x: Sym, factor: number): Sym {
  const [n, h, w, c] = x.shape as number[];
  const apart = reshape(x, [n, h / factor, factor, w / factor, factor, c]);
  return reshape(transpose(apart, [0, 1, 3, 2, 4, 5]), [n, h / factor, w / factor, factor * factor * c]);
}

/** (N, H, W, f f C) to (N, H f, W f, C). */
export function depthToSpace(x: Sym, factor: number): Sym {
  const [n, h, w, depth] = x.shape as number[];
  const c = depth / (factor * factor);
  const apart = reshape(x, [n, h, w, factor, factor, c]);
  return reshape(transpose(apart, [0, 1, 3, 2, 4, 5]), [n, h * factor, w * factor, c]);
}

/** x + conv(silu(conv(norm(x)))): the second convolution starts at zero, so that a block starts as the identity. */
function residualBlock(scope: Scope, x: Sym): Sym {
  const channels = x.shape[3] as number;
  const hidden = silu(convLayer(scope.at("conv1"), layerNormLayer(scope.at("norm1"), x), channels, 3));
  return add(x, convLayer(scope.at("conv2"), hidden, channels, 3, { init: zero }));
}

/** The part of the config that the encoder reads: another network may be made of it. */
export type EncoderConfig = Pick<
  AutoencoderConfig,
  "encoder_patch" | "encoder_channels" | "encoder_blocks" | "latent_channels"
>;

/** Pictures (N, S, S, 3) in [-1, 1] to latents (N, s, s, C), near unit size. */
export function encode(scope: Scope, pictures: Sym, config: EncoderConfig): Sym {
  let x = convLayer(scope.at("conv_in"), spaceToDepth(pictures, config.encoder_patch), config.encoder_channels[0], 3);
  config.encoder_channels.forEach((channels, level) => {
    const stage = scope.at("down_blocks").at(level);
    if (level > 0) x = denseLayer(stage.at("downsample"), spaceToDepth(x, 2), channels);
    for (let i = 0; i < config.encoder_blocks[level]; i++) x = residualBlock(stage.at("resnets").at(i), x);
  });
  return denseLayer(scope.at("conv_out"), layerNormLayer(scope.at("norm_out"), x), config.latent_channels);
}

/** Latents (N, s, s, C) to pictures (N, S, S, 3), about [-1, 1]. */
export function decode(scope: Scope, latents: Sym, config: AutoencoderConfig): Sym {
  let x = convLayer(scope.at("conv_in"), latents, config.decoder_channels[0], 3);
  config.decoder_channels.forEach((channels, level) => {
    const stage = scope.at("up_blocks").at(level);
    if (level > 0) x = depthToSpace(denseLayer(stage.at("upsample"), x, 4 * channels), 2);
    for (let i = 0; i < config.decoder_blocks[level]; i++) x = residualBlock(stage.at("resnets").at(i), x);
  });
  const patch = config.decoder_patch;
  const folded = convLayer(scope.at("conv_out"), silu(layerNormLayer(scope.at("norm_out"), x)), 3 * patch * patch, 3);
  return depthToSpace(folded, patch);
}
