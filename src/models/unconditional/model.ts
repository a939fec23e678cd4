// A folder of DDPM's form in the diffusers layout: a UNet2DModel that denoises pictures themselves, and no text (Ho et
// al. 2020; diffusers' DDPMPipeline, DDIMPipeline and PNDMPipeline).
import { DriftfieldError, sizeOf, type Tensor, tensor } from "../../core/index.ts";
import { type ModelFolder, sha256, subFolder } from "../../files/index.ts";
import { modelName, readConfig, readModelJson } from "../component.ts";
import { checkComponents, type ModelIndex } from "../stable-diffusion/index-file.ts";
import { joinBatch, splitBatch } from "../stable-diffusion/inputs.ts";
import { checkLimit } from "../stable-diffusion/residence.ts";
import { openResident } from "../stable-diffusion/resident.ts";
import type { LoadOptions } from "../text-to-image.ts";
import type { TextCondition, TextToImageModel } from "../types.ts";
import { unet2DConfig, type UNet2DConfig } from "../unet/config.ts";
import { loadUNet } from "../unet/unet.ts";
import { toBytes, toPixels } from "../vae/latents.ts";

const CLASS = "UNet2DModel";

/** What a pipeline's class decides: its steps unless told otherwise, and the scheduler that it makes of any other. */
const KINDS: Readonly<Record<string, { numInferenceSteps: number; scheduler?: string }>> = {
  DDPMPipeline: { numInferenceSteps: 1000 },
  DDIMPipeline: { numInferenceSteps: 50, scheduler: "DDIMScheduler" },
  PNDMPipeline: { numInferenceSteps: 50, scheduler: "PNDMScheduler" },
};

/** Stands for the text that there isn't: (1, 0, 0). */
const nothing: TextCondition = { hidden: tensor([1, 0, 0]), mask: tensor([1, 0]) };

/** Loads the model in `folder`. Throws where a component is missing, damaged or of another model. */
export async function loadUnconditional(
  folder: ModelFolder,
  index: ModelIndex,
  options: LoadOptions,
): Promise<TextToImageModel> {
  const { backend, memoryLimit, variant } = options;
  checkComponents(folder, index, { unet: [CLASS] });
  const config = await readConfig(folder, unet2DConfig, "unet/config.json");
  const [rows, columns] = sidesOf(config, subFolder(folder, "unet").name);
  const { numInferenceSteps, scheduler } = KINDS[index.className];
  const file = (await readModelJson(folder, "scheduler/scheduler_config.json")) as Record<string, unknown>;
  const schedulerConfig = { ...file, ...(scheduler !== undefined && { _class_name: scheduler }) };

  const resident = await openResident(folder, index, "unet", (at) => loadUNet(at, { backend, variant }), options);
  checkLimit([resident], memoryLimit);
  const unet = await resident.load();

  const parts = [resident.hash, JSON.stringify([index.className, config, file])].join("\n");
  const hash = await sha256([new TextEncoder().encode(parts)]);
  const channels = config.in_channels;
  const multiple = 2 ** (config.block_out_channels.length - 1);
  const isFree = rows % multiple === 0 && columns % multiple === 0;
  const latentShape = (width: number, height: number) => [channels, height, width];
  return {
    name: modelName(folder),
    hash,
    isReference: true,
    config: {
      imageSize: columns,
      latentShape: latentShape(columns, rows),
      sizes: { multiple: isFree ? multiple : 1, width: columns, height: rows, latentShape },
      maxTokens: 0,
      defaults: { numInferenceSteps, guidanceScale: 1, rng: "torch" },
      isUnconditional: true,
    },
    schedulerConfig,
    tokenize: () => ({ ids: [], truncated: false, words: 0, unit: "tokens", unknown: [], vocabulary: [] }),
    encodeText: async () => nothing,
    nullCondition: async () => nothing,
    async denoise(x, t, texts) {
      const said = await unet.denoise({ sample: joinBatch(texts.map(() => x)), timestep: t });
      return splitBatch(said, texts.length);
    },
    decode: async (pictures) => toBytes(toPixels(inColour(pictures))),
    dispose: () => unet.dispose(),
  };
}

/** Height and width of the pictures. Throws where the config says none, or where they aren't grey or RGB. */
function sidesOf(config: UNet2DConfig, name: string): readonly [rows: number, columns: number] {
  const { sample_size: size, in_channels: channels, class_embed_type: type, num_class_embeds: classes } = config;
  const refused = (what: string, received: string, expected: string): DriftfieldError =>
    new DriftfieldError("unsupported", `${name}: ${what}`, {
      path: `${name}/config.json`,
      received,
      expected,
      hint: "Choose a model like google/ddpm-cifar10-32, without classes.",
    });
  if (size === null) throw refused("its config names no sample_size", "null", "the side of a picture");
  if (channels !== 1 && channels !== 3) {
    throw refused(`it denoises ${channels} channels, which are no picture`, String(channels), "1 or 3 in_channels");
  }
  if (type !== null || classes !== null) {
    throw refused("it wants a class for every picture", String(type ?? classes), "no class embedding");
  }
  return typeof size === "number" ? [size, size] : size;
}

/** (1, 1, H, W) three times over; three channels as they are. */
function inColour(planes: Tensor): Tensor {
  const [rows, channels, ...places] = planes.shape;
  if (channels === 3) return planes;
  const out = tensor([rows, 3, ...places]);
  for (let c = 0; c < 3; c++) out.data.set(planes.data, c * sizeOf(places));
  return out;
}
