// A trained autoencoder as training needs it: pictures to latents in batches, and pictures back, for measuring.
import { input, type Sym } from "../graph/index.ts";
import { compileComponent } from "../models/component.ts";
import { decode, encode } from "../models/vae/autoencoder.ts";
import { latentSize, type AutoencoderConfig } from "../models/vae/config.ts";
import { fromPlaces } from "../models/vae/latents.ts";
import { Scope } from "../nn/index.ts";
import type { Backend } from "../runtime/index.ts";
import type { PictureEncoder } from "./latents.ts";
import { fromPixels } from "./vae-task.ts";

/** The encoder's graph: "pixels" (batch, S, S, 3) bytes to "latents" (batch, s, s, C), not normalised. */
export function encoderOutputs(config: AutoencoderConfig, batch: number, scope = new Scope()): Record<string, Sym> {
  const size = config.sample_size;
  const pixels = fromPixels(input("pixels", [batch, size, size, 3], "uint8"));
  return { latents: encode(scope.at("encoder"), pixels, config) };
}

/** The encoder in the weights file `path`; latents come normalised as (C, H, W). */
export async function pictureEncoder(
  path: string,
  config: AutoencoderConfig,
  backend: Backend,
  batchSize = 32,
): Promise<PictureEncoder & { dispose(): Promise<void> }> {
  const size = config.sample_size;
  const side = latentSize(config);
  const { program, hash } = await compileComponent("vae-encoder", path, backend, (scope) =>
    encoderOutputs(config, batchSize, scope),
  );
  return {
    hash,
    size,
    batchSize,
    latentSize: side * side * config.latent_channels,
    async encode(pixels) {
      const { latents } = await program.run({ pixels });
      return fromPlaces(latents.data as Float32Array, batchSize, config);
    },
    dispose: () => program.dispose(),
  };
}

/** Pictures through encoder and decoder: [-1, 1] numbers of (batchSize, S, S, 3). */
export async function reconstructor(path: string, config: AutoencoderConfig, backend: Backend, batchSize = 16) {
  const size = config.sample_size;
  const { program } = await compileComponent("vae", path, backend, (scope) => {
    const pixels = fromPixels(input("pixels", [batchSize, size, size, 3], "uint8"));
    return { pictures: decode(scope.at("decoder"), encode(scope.at("encoder"), pixels, config), config) };
  });
  return {
    async reconstruct(pixels: Uint8Array): Promise<Float32Array> {
      return (await program.run({ pixels })).pictures.data as Float32Array;
    },
    dispose: () => program.dispose(),
  };
}
