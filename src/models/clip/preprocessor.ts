// A CLIP image processor's config (preprocessor_config.json), and pictures as its model reads them.
import { z } from "zod";
import type { ModelFolder } from "../../files/index.ts";
import { readConfig } from "../component.ts";
import type { RgbImage } from "../types.ts";
import { resizeToSquare } from "./preprocess.ts";

const always = z.literal(true).default(true);
const length = z.int().positive();
const three = z.tuple([z.number(), z.number(), z.number()]);
const BICUBIC = 3; // PIL's number for it

/** CLIPImageProcessor: what it does otherwise isn't done here, so other values are errors. */
const processor = z.looseObject({
  do_resize: always,
  do_center_crop: always,
  do_rescale: always,
  do_normalize: always,
  resample: z.literal(BICUBIC).default(BICUBIC),
  rescale_factor: z.number().positive().default(1 / 255),
  size: z.union([length, z.looseObject({ shortest_edge: length }).transform(({ shortest_edge }) => shortest_edge)]),
  crop_size: z.union([
    length,
    z
      .looseObject({ height: length, width: length })
      .refine(({ height, width }) => height === width, "height and width must be the same")
      .transform(({ height }) => height),
  ]),
  image_mean: three.default([0.48145466, 0.4578275, 0.40821073]),
  image_std: three.default([0.26862954, 0.26130258, 0.27577711]),
});

/** Pictures to a model's numbers: (B, S, S, 3), channels last. */
export type Preprocessor = (pictures: readonly RgbImage[]) => Float32Array;

/**
 * The processor of the model in `folder`, whose pictures have `side` pixels a side. transformers 5 keeps it in
 * processor_config.json. Throws DriftfieldError "not_found", "invalid_file".
 */
export async function loadPreprocessor(folder: ModelFolder, side: number): Promise<Preprocessor> {
  const fits = processor
    .refine(({ crop_size }) => crop_size === side, `crop_size must be the model's ${side}`)
    .refine(({ size }) => size >= side, `size must be at least crop_size`);
  const nested = z.looseObject({ image_processor: fits }).transform(({ image_processor }) => image_processor);
  const own = "preprocessor_config.json";
  const isNested = !(await folder.has(own)) && (await folder.has("processor_config.json"));
  const config = isNested
    ? await readConfig(folder, nested, "processor_config.json")
    : await readConfig(folder, fits, own);
  const { size, image_mean: mean, image_std: std, rescale_factor: scale } = config;
  return (pictures) => {
    const place = side * side * 3;
    const pixels = new Float32Array(pictures.length * place);
    pictures.forEach((picture, row) => {
      const bytes = resizeToSquare(picture, side, size);
      bytes.forEach((value, i) => (pixels[row * place + i] = (value * scale - mean[i % 3]) / std[i % 3]));
    });
    return pixels;
  };
}
