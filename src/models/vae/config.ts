// The autoencoder's sizes, as its config.json says them.
import { z } from "zod";

export const autoencoderConfig = z.strictObject({
  _class_name: z.literal("DriftfieldAutoencoder"),
  /** Side of a picture; a power-of-two multiple of the latents' side. */
  sample_size: z.int().positive(),
  latent_channels: z.int().positive(),
  /**
   * Encoder channels from the finest map (sample_size / first_patch) to the latents', each half as wide as the last.
   */
  encoder_channels: z.array(z.int().positive()).min(1),
  encoder_blocks: z.array(z.int().nonnegative()).min(1),
  /** Pixels a side that the encoder's first convolution takes as one place. */
  encoder_patch: z.int().positive(),
  /** Decoder channels from the latents' map outwards, each twice as wide as the last. */
  decoder_channels: z.array(z.int().positive()).min(1),
  decoder_blocks: z.array(z.int().nonnegative()).min(1),
  decoder_patch: z.int().positive(),
  /** Of the latents over the training pictures, by channel: the denoiser sees (latents - mean) / std. */
  latents_mean: z.array(z.number()).optional(),
  latents_std: z.array(z.number().positive()).optional(),
});
export type AutoencoderConfig = z.infer<typeof autoencoderConfig>;

/** The default: 128x128x3 to 4x4x64. */
export const defaultAutoencoder: AutoencoderConfig = {
  _class_name: "DriftfieldAutoencoder",
  sample_size: 128,
  latent_channels: 64,
  encoder_patch: 8,
  encoder_channels: [64, 128, 192],
  encoder_blocks: [1, 2, 2],
  decoder_channels: [192, 160, 80, 40],
  decoder_blocks: [2, 2, 2, 1],
  decoder_patch: 4,
};

/** Side of the latents' map. */
export const latentSize = ({ sample_size, encoder_patch, encoder_channels }: AutoencoderConfig): number =>
  sample_size / encoder_patch / 2 ** (encoder_channels.length - 1);
