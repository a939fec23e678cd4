// A Stable Diffusion folder of oracle/pipelines.py as files: configs from the golden file, weights by the same formula.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encodePng, writeSafetensors } from "../../src/files/index.ts";
import pipelines from "../golden/pipelines.json" with { type: "json" };
import tokenizers from "../golden/tokenizers.json" with { type: "json" };
import { counterWeight } from "./counter-weights.ts";

export type PublishedCase = (typeof pipelines.cases)[number];
export const publishedCases: readonly PublishedCase[] = pipelines.cases;

const STEM = "diffusion_pytorch_model";
const STEMS: Record<string, string> = { text_encoder: "model", unet: STEM, vae: STEM };

/** Writes the case's folder, the way that `save_pretrained` lays it out. */
export async function writePublishedFolder(folder: string, { configs, tensors, scheduler, pad }: PublishedCase) {
  const put = async (name: string, content: unknown) => {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  };
  await put("model_index.json", {
    _class_name: "StableDiffusionPipeline",
    _diffusers_version: "0.42.1",
    feature_extractor: [null, null],
    requires_safety_checker: false,
    safety_checker: [null, null],
    scheduler: ["diffusers", scheduler._class_name],
    text_encoder: ["transformers", "CLIPTextModel"],
    tokenizer: ["transformers", "CLIPTokenizer"],
    unet: ["diffusers", "UNet2DConditionModel"],
    vae: ["diffusers", "AutoencoderKL"],
  });
  await put("scheduler/scheduler_config.json", scheduler);
  await put("tokenizer/vocab.json", tokenizers.vocab);
  await put("tokenizer/merges.txt", ["#version: 0.2", ...tokenizers.merges, ""].join("\n"));
  for (const [name, text] of Object.entries(pipelines.tokenizers[pad as "!"])) await put(`tokenizer/${name}`, text);
  for (const [component, shapes] of Object.entries(tensors)) {
    await put(`${component}/config.json`, configs[component as keyof typeof configs]);
    const stored = Object.entries(shapes as Record<string, number[]>).map(([name, shape]) => ({
      name,
      shape,
      data: counterWeight(name, shape),
    }));
    await writeSafetensors(join(folder, component, `${STEMS[component]}.safetensors`), stored);
  }
}

/** oracle/pipelines.py's pictures: stripes and a slope; and its mask, bright in the lower right. */
export function picturePng(width: number, height: number): Uint8Array {
  return png(width, height, (x, y, c) => (x * 37 + y * 61 * (c + 1) + x * y * 5) % 256);
}

export function maskPng(width: number, height: number): Uint8Array {
  return png(width, height, (x, y) => (x + 2 * y > width ? 255 : 0));
}

function png(width: number, height: number, value: (x: number, y: number, c: number) => number): Uint8Array {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const place = Math.floor(i / 3);
    return value(place % width, Math.floor(place / width), i % 3);
  });
  return encodePng({ width, height, data });
}
