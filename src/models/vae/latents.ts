// Between the denoiser's latents (C, F, H, W; each channel normalised) and the autoencoder's (H, W, C).
import type { Tensor } from "../../core/index.ts";
import type { AutoencoderConfig } from "./config.ts";

type Statistics = Pick<AutoencoderConfig, "latents_mean" | "latents_std" | "latent_channels">;

/** Normalised latents (1, C, 1, H, W) to what the decoder reads, (H W C) in one array: x std + mean by channel. */
export function toPlaces(
  { data }: Tensor,
  { latents_mean, latents_std, latent_channels: channels }: Statistics,
): Float32Array {
  const places = data.length / channels;
  const out = new Float32Array(data.length);
  for (let c = 0; c < channels; c++) {
    const [mean, std] = [latents_mean?.[c] ?? 0, latents_std?.[c] ?? 1];
    for (let i = 0; i < places; i++) out[i * channels + c] = data[c * places + i] * std + mean;
  }
  return out;
}

/** The encoder's latents of `count` pictures (count, H, W, C) to normalised (count, C, H, W). */
export function fromPlaces(
  data: Float32Array,
  count: number,
  { latents_mean, latents_std, latent_channels: channels }: Statistics,
): Float32Array {
  const places = data.length / channels / count;
  const out = new Float32Array(data.length);
  for (let n = 0; n < count; n++) {
    for (let c = 0; c < channels; c++) {
      const [mean, std] = [latents_mean?.[c] ?? 0, latents_std?.[c] ?? 1];
      for (let i = 0; i < places; i++) {
        out[(n * channels + c) * places + i] = (data[(n * places + i) * channels + c] - mean) / std;
      }
    }
  }
  return out;
}

/** Planes (1, 3, H, W) to the same numbers pixel by pixel. */
export function toPixels({ data, shape: [, , height, width] }: Tensor): Float32Array {
  const places = width * height;
  const pixels = new Float32Array(places * 3);
  for (let i = 0; i < places; i++) {
    for (let c = 0; c < 3; c++) pixels[i * 3 + c] = data[c * places + i];
  }
  return pixels;
}

/** Numbers in [-1, 1] to bytes: clamp(x / 2 + 0.5, 0, 1) * 255, rounded half to even. */
export function toBytes(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const level = Math.min(1, Math.max(0, values[i] / 2 + 0.5)) * 255;
    const down = Math.floor(level);
    const rest = level - down;
    bytes[i] = rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? down + 1 : down;
  }
  return bytes;
}
