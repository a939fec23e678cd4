// Runs one golden case of a published component from a folder: how far each output is from the reference's.
import {
  loadClipImageEncoder,
  loadClipTextEncoder,
  loadClipTowers,
} from "../../src/models/clip/encoders.ts";
import { loadUNet, type DenoiseInputs } from "../../src/models/unet/unet.ts";
import { loadAutoencoderKL } from "../../src/models/vae/autoencoder-kl.ts";
import { nodeBackend } from "../../src/runtime/index.ts";
import { relative, withComponent, type ComponentCase } from "./counter-weights.ts";
import { counterNoise } from "./counter.ts";

type Apart = Record<string, number>;

/** CLIP's towers: differences by output, each over the largest value. */
export async function checkClip(test: ComponentCase & { ids?: number[][] }): Promise<Apart> {
  const backend = await nodeBackend();
  const { kind, outputs, ids = [] } = test;
  const [texts, length] = [Int32Array.from(ids.flat()), ids[0]?.length ?? 0];
  const pixels = counterNoise("pixels", [2, 8, 8, 3]);
  return withComponent(test, "model", async (folder) => {
    if (kind === "image") {
      const encoder = await loadClipImageEncoder(folder, { backend });
      const found = await encoder.encode(pixels);
      await encoder.dispose();
      return { embedding: relative(found, outputs.embedding) };
    }
    if (kind === "towers") {
      const towers = await loadClipTowers(folder, { backend });
      const [text, image] = [await towers.encodeText(texts, length), await towers.encodeImages(pixels)];
      await towers.dispose();
      return { text: relative(text, outputs.text), image: relative(image, outputs.image) };
    }
    const apart: Apart = {};
    const projection = "projected" in outputs;
    for (const skip of [0, 1]) {
      const encoder = await loadClipTextEncoder(folder, { backend, projection, skip });
      const found = await encoder.encode(texts, length);
      await encoder.dispose();
      const named = { [skip ? "penultimate" : "last"]: found.hidden, pooled: found.pooled, projected: found.projected };
      for (const [name, value] of Object.entries(named)) {
        if (value && outputs[name]) apart[name] = Math.max(apart[name] ?? 0, relative(value, outputs[name]));
      }
    }
    return apart;
  });
}

/** What a U-Net's golden case adds: shapes of its inputs, whose values follow from their names. */
export type UNetCase = ComponentCase & {
  sample: number[];
  timesteps: number[];
  hidden?: number[];
  mask?: number[][];
  timestep_cond?: number[];
  labels?: number[];
  labels_shape?: number[];
};

/** The inputs of a case. */
export function unetInputs(test: UNetCase): DenoiseInputs {
  const { sample, timesteps, hidden, mask, timestep_cond: guidance, labels, labels_shape } = test;
  const whole = test.config.class_embed_type === undefined;
  return {
    sample: counterNoise("sample", sample),
    timestep: Float32Array.from(timesteps),
    ...(hidden && { hidden: counterNoise("hidden", hidden) }),
    ...(mask && { mask: { data: Float32Array.from(mask.flat()), shape: [mask.length, mask[0].length] } }),
    ...(guidance && { timestepCond: counterNoise("timestep_cond", guidance) }),
    ...(labels && {
      classLabels: { data: whole ? Int32Array.from(labels) : Float32Array.from(labels), shape: [labels.length] },
    }),
    ...(labels_shape && { classLabels: counterNoise("labels", labels_shape) }),
  };
}

/** A U-Net: the difference over the largest value. */
export async function checkUNet(test: UNetCase): Promise<Apart> {
  const backend = await nodeBackend();
  return withComponent(test, "diffusion_pytorch_model", async (folder) => {
    const unet = await loadUNet(folder, { backend });
    const found = await unet.denoise(unetInputs(test));
    await unet.dispose();
    return { out: relative(found, test.outputs.out) };
  });
}

/** What an autoencoder's golden case adds. */
export type AutoencoderCase = ComponentCase & { tiled: boolean; pixels: number[]; latents: number[] };

/** Both ways of an autoencoder: differences by output, each over the largest value. */
export async function checkAutoencoder(test: AutoencoderCase, sliced = false): Promise<Apart> {
  const backend = await nodeBackend();
  const { outputs, tiled } = test;
  return withComponent(test, "diffusion_pytorch_model", async (folder) => {
    const vae = await loadAutoencoderKL(folder, { backend, tiled, sliced });
    const { mean, logvar } = await vae.encode(counterNoise("pixels", test.pixels));
    const decoded = await vae.decode(counterNoise("latents", test.latents));
    await vae.dispose();
    const found = { mean, logvar, decoded };
    return Object.fromEntries(Object.entries(found).map(([name, value]) => [name, relative(value, outputs[name])]));
  });
}
