// A folder of Stable Diffusion 1 or 2 in the diffusers layout, as it was published: CLIP's text encoder, a U-Net and an
// AutoencoderKL, each loaded when it is needed.
import type { Tensor } from "../../core/index.ts";
import { type ModelFolder, sha256, subFolder } from "../../files/index.ts";
import { bytePairTokenizer } from "../clip/byte-pairs.ts";
import { loadClipTextEncoder } from "../clip/encoders.ts";
import { publishedTextConfig } from "../clip/published-config.ts";
import { tokenized } from "../clip/tokenizer.ts";
import { modelName, readConfig, readModelJson } from "../component.ts";
import type { LoadOptions } from "../text-to-image.ts";
import type { DenoiserExtras, TextCondition, TextToImageModel } from "../types.ts";
import { unetConditionConfig } from "../unet/config.ts";
import { loadUNet } from "../unet/unet.ts";
import { loadAutoencoderKL } from "../vae/autoencoder-kl.ts";
import { autoencoderKLConfig, pixelsPerLatent } from "../vae/kl-config.ts";
import { toBytes, toPixels } from "../vae/latents.ts";
import { checkComponents, type ModelIndex } from "./index-file.ts";
import { guidanceEmbedding, joinBatch, splitBatch, withChannels } from "./inputs.ts";
import { checkLimit, residence, USUAL_LIMIT } from "./residence.ts";
import { openResident } from "./resident.ts";

const CLASSES = {
  tokenizer: ["CLIPTokenizer", "CLIPTokenizerFast"],
  text_encoder: ["CLIPTextModel"],
  unet: ["UNet2DConditionModel"],
  vae: ["AutoencoderKL"],
};

/** StableDiffusionPipeline's own: steps, guidance. */
const DEFAULTS = { numInferenceSteps: 50, guidanceScale: 7.5, rng: "torch" } as const;

/** Loads the model in `folder`. Throws where a component is missing, damaged or of another model. */
export async function loadStableDiffusion(
  folder: ModelFolder,
  index: ModelIndex,
  options: LoadOptions,
): Promise<TextToImageModel> {
  const { backend, memoryLimit, tiled = false, variant } = options;
  checkComponents(folder, index, CLASSES);
  const textConfig = await readConfig(folder, publishedTextConfig, "text_encoder/config.json");
  const unetConfig = await readConfig(folder, unetConditionConfig, "unet/config.json");
  const vaeConfig = await readConfig(folder, autoencoderKLConfig, "vae/config.json");
  const schedulerConfig = (await readModelJson(folder, "scheduler/scheduler_config.json")) as Record<string, unknown>;
  const length = textConfig.max_position_embeddings;
  const tokenizer = await bytePairTokenizer(subFolder(folder, "tokenizer"), "", length);

  const how = { backend, variant };
  const open = <T extends { dispose(): Promise<void> }>(name: string, load: (place: ModelFolder) => Promise<T>) =>
    openResident(folder, index, name, load, options);
  const text = await open("text_encoder", (place) => loadClipTextEncoder(place, how));
  const unet = await open("unet", (place) => loadUNet(place, how));
  const vae = await open("vae", (place) => loadAutoencoderKL(place, { ...how, tiled, sliced: true }));
  const residents = [text, unet, vae];
  checkLimit(residents, memoryLimit);
  const limit = memoryLimit ?? USUAL_LIMIT;
  const rooms = residence(limit);

  const scale = pixelsPerLatent(vaeConfig);
  const [rows, columns] = await sampleSize(folder, unetConfig.sample_size);
  const channels = vaeConfig.latent_channels;
  const latentShape = (width: number, height: number) => [channels, height / scale, width / scale];
  const factor = vaeConfig.scaling_factor;
  const guidance = unetConfig.time_cond_proj_dim;
  const configs = JSON.stringify([index.className, textConfig, unetConfig, vaeConfig, schedulerConfig]);
  const hashes = [...residents.map(({ hash }) => hash), configs];

  const encodeText = (ids: number[][]): Promise<TextCondition> =>
    rooms.use(text, async (encoder) => {
      const { hidden } = await encoder.encode(Int32Array.from(ids.flat()), length);
      const mask = new Float32Array(ids.length * length).fill(1); // padding is attended to
      return { hidden, mask: { data: mask, shape: [ids.length, length] } };
    });
  return {
    name: modelName(folder),
    hash: await sha256([new TextEncoder().encode(hashes.join("\n"))]),
    isReference: true,
    config: {
      imageSize: columns * scale,
      latentShape: [channels, rows, columns],
      sizes: { multiple: scale, width: columns * scale, height: rows * scale, latentShape },
      maxTokens: length,
      defaults: DEFAULTS,
      inpaints: unetConfig.in_channels === 2 * channels + 1,
      isGuided: guidance !== null,
      loadsInTurn: residents.reduce((sum, { bytes }) => sum + bytes, 0) > limit,
    },
    schedulerConfig,
    tokenize: (prompt) => tokenized(tokenizer, prompt),
    encodeText,
    nullCondition: () => encodeText([[...tokenizer.encode("").ids]]),
    denoise: (x, t, texts, { inpaint, guidanceScale = 1 }: DenoiserExtras = {}) =>
      rooms.use(unet, async (network) => {
        const sample = joinBatch(texts.map(() => (inpaint ? withChannels(x, inpaint) : x)));
        const hidden = joinBatch(texts.flatMap(({ hidden: states }) => rowsOf(states, x.shape[0])));
        const said = await network.denoise({
          sample,
          timestep: t,
          hidden,
          ...(guidance !== null && { timestepCond: guidanceEmbedding(guidanceScale, guidance, sample.shape[0]) }),
        });
        return splitBatch(said, texts.length);
      }),
    decode: (latents) =>
      rooms.use(vae, async (autoencoder) => {
        const data = latents.data.map((value) => value / factor);
        return toBytes(toPixels(await autoencoder.decode({ data, shape: latents.shape })));
      }),
    encode: (planes) =>
      rooms.use(vae, async (autoencoder) => {
        const { mean, logvar } = await autoencoder.encode(planes);
        const deviation = logvar.data.map((value) => factor * Math.exp(value / 2));
        return {
          mean: { data: mean.data.map((value) => factor * value), shape: mean.shape },
          deviation: { data: deviation, shape: mean.shape },
        };
      }),
    dispose: () => rooms.dispose(),
  };
}

/** A condition of one row for each of `rows` rows; of as many rows, as it is. */
const rowsOf = (states: Tensor, rows: number): Tensor[] =>
  states.shape[0] === rows ? [states] : new Array(rows).fill(states);

/** Latents a side. Folders of before diffusers 0.9 have one below 64 by mistake; the reference takes 64 for it. */
async function sampleSize(folder: ModelFolder, size: number | readonly number[] | null): Promise<readonly number[]> {
  const { _diffusers_version: version } = (await readModelJson(folder, "unet/config.json")) as Record<string, unknown>;
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(String(version)) ?? [];
  const isOld = major !== undefined && Number(major) === 0 && Number(minor) < 9;
  if (typeof size === "object" && size !== null) return size;
  const side = size ?? 64;
  return isOld && side < 64 ? [64, 64] : [side, side];
}
