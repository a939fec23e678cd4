// A CLIP checkpoint that answers questions: texts and pictures to unit vectors of one space.
import { z } from "zod";
import { throwIfAborted, type Tensor } from "../../core/index.ts";
import { fileInModel, readJson } from "../../files/index.ts";
import { input } from "../../graph/index.ts";
import { compileComponent, readConfig } from "../component.ts";
import type { LoadOptions } from "../text-to-image.ts";
import type { ClipModel, RgbImage } from "../types.ts";
import { imageEmbedding, textEmbedding, textHiddenStates, unit } from "./clip.ts";
import { clipConfig } from "./config.ts";
import { resizeToSquare } from "./preprocess.ts";
import { wordTokenizer } from "./tokenizer.ts";

const preprocessorConfig = z.object({
  image_mean: z.tuple([z.number(), z.number(), z.number()]),
  image_std: z.tuple([z.number(), z.number(), z.number()]),
});

/** Loads the CLIP in `folder` (transformers layout). Throws where a file is missing, damaged or of another model. */
export async function loadClipModel(folder: string, { backend, signal, onProgress }: LoadOptions): Promise<ClipModel> {
  const config = await readConfig(folder, clipConfig);
  const { image_mean, image_std } = await readConfig(folder, preprocessorConfig, "preprocessor_config.json");
  const { text_config, vision_config, projection_dim } = config;
  const tokenizer = wordTokenizer(await readJson(await fileInModel(folder, "tokenizer.json")), text_config.max_position_embeddings);
  const path = await fileInModel(folder, "model.safetensors");
  throwIfAborted(signal);
  onProgress?.({ type: "load", component: "clip", fraction: null });
  const size = vision_config.image_size;
  const texts = await compileComponent("clip-text", path, backend, (scope) => {
    const hidden = textHiddenStates(scope, input("ids", ["B", tokenizer.length], "int32"), text_config);
    return { embedding: unit(textEmbedding(scope, hidden, input("end", ["B"], "int32"), projection_dim)) };
  });
  const images = await compileComponent("clip-image", path, backend, (scope) => ({
    embedding: unit(imageEmbedding(scope, input("pixels", ["B", size, size, 3]), vision_config, projection_dim)),
    scale: scope.slot("logit_scale", [], { kind: "constant", value: config.logit_scale_init_value }),
  }));
  const blank = { data: new Float32Array(size * size * 3), shape: [1, size, size, 3] };
  const { scale } = await images.program.run({ pixels: blank });

  const inBatches = async <T>(items: readonly T[], run: (batch: readonly T[]) => Promise<Float32Array>): Promise<Tensor> => {
    const data = new Float32Array(items.length * projection_dim);
    for (let i = 0; i < items.length; i += BATCH) data.set(await run(items.slice(i, i + BATCH)), i * projection_dim);
    return { data, shape: [items.length, projection_dim] };
  };
  return {
    name: "clip",
    hash: images.hash,
    logitScale: Math.exp(Math.min(scale.data[0] as number, Math.log(100))),
    embedText: (prompts) => inBatches(prompts, async (batch) => {
      const tokens = batch.map((prompt) => tokenizer.encode(prompt));
      const ids = Int32Array.from(tokens.flatMap((item) => [...item.ids]));
      const end = Int32Array.from(tokens, (item) => item.end);
      const { embedding } = await texts.program.run({
        ids: { data: ids, shape: [batch.length, tokenizer.length] }, end: { data: end, shape: [batch.length] },
      });
      return embedding.data as Float32Array;
    }),
    embedImages: (pictures) => inBatches(pictures, async (batch) => {
      const pixels = new Float32Array(batch.length * size * size * 3);
      batch.forEach((picture, i) => pixels.set(normalise(picture), i * size * size * 3));
      const { embedding } = await images.program.run({ pixels: { data: pixels, shape: [batch.length, size, size, 3] } });
      return embedding.data as Float32Array;
    }),
    async dispose() {
      await Promise.all([texts.program.dispose(), images.program.dispose()]);
    },
  };

  function normalise(picture: RgbImage): Float32Array {
    const bytes = resizeToSquare(picture, size);
    return Float32Array.from(bytes, (value, i) => (value / 255 - image_mean[i % 3]) / image_std[i % 3]);
  }
}

const BATCH = 64;
