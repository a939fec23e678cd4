// A published folder of oracle/pipelines.py (or pipelines_more.py) as files: configs from the golden file, weights by
// the same formula.
// Runs on a page too.
import { encodePng, encodeSafetensors } from "../../src/files/index.ts";
import more from "../golden/pipelines-more.json" with { type: "json" };
import pipelines from "../golden/pipelines.json" with { type: "json" };
import tokenizers from "../golden/tokenizers.json" with { type: "json" };
import { counterWeight } from "./counter.ts";

/** A folder, what the reference was asked, and what it made: latents before and after each step, and pixels. */
export type PublishedCase = {
  name: string;
  /** A pipeline without a text; StableDiffusionPipeline where it is left out. */
  class?: string;
  /** What its tokenizer pads with. */
  pad?: string;
  configs: Record<string, Record<string, unknown>>;
  tensors: Record<string, Record<string, number[]>>;
  scheduler: Record<string, unknown>;
  request: Record<string, unknown>;
  initial: number[];
  steps: number[][];
  embeds?: number[];
  pixels: number[][];
  size: number[];
};

const cases: unknown = [...pipelines.cases, ...more.cases];
export const publishedCases = cases as readonly PublishedCase[];

const STEM = "diffusion_pytorch_model";
const STEMS: Record<string, string> = { text_encoder: "model", unet: STEM, vae: STEM };

const TEXT_PIPELINE = {
  _class_name: "StableDiffusionPipeline",
  feature_extractor: [null, null],
  requires_safety_checker: false,
  safety_checker: [null, null],
  text_encoder: ["transformers", "CLIPTextModel"],
  tokenizer: ["transformers", "CLIPTokenizer"],
  unet: ["diffusers", "UNet2DConditionModel"],
  vae: ["diffusers", "AutoencoderKL"],
};

/** The case's files by their paths in the folder, the way that `save_pretrained` lays it out. */
export async function publishedFiles(test: PublishedCase): Promise<Map<string, string | Uint8Array>> {
  const { configs, tensors, scheduler, pad } = test;
  const files = new Map<string, string | Uint8Array>();
  const put = (name: string, content: unknown) => files.set(name, JSON.stringify(content));
  put("model_index.json", {
    _diffusers_version: "0.42.1",
    scheduler: ["diffusers", scheduler._class_name],
    ...(test.class === undefined ? TEXT_PIPELINE : { _class_name: test.class, unet: ["diffusers", "UNet2DModel"] }),
  });
  put("scheduler/scheduler_config.json", scheduler);
  if (pad !== undefined) {
    put("tokenizer/vocab.json", tokenizers.vocab);
    files.set("tokenizer/merges.txt", ["#version: 0.2", ...tokenizers.merges, ""].join("\n"));
    for (const [name, text] of Object.entries(pipelines.tokenizers[pad as "!"])) files.set(`tokenizer/${name}`, text);
  }
  for (const [component, shapes] of Object.entries(tensors)) {
    put(`${component}/config.json`, configs[component]);
    const stored = Object.entries(shapes).map(([name, shape]) => ({
      name,
      shape,
      data: counterWeight(name, shape),
    }));
    files.set(`${component}/${STEMS[component]}.safetensors`, await encodeSafetensors(stored));
  }
  return files;
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
