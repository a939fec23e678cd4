// A CLIP checkpoint that answers questions: texts and pictures to unit vectors of one space. Our own reads whole words,
// published ones byte pairs.
import { z } from "zod";
import { DriftfieldError, throwIfAborted, type Tensor } from "../../core/index.ts";
import { type ModelFolder, openComponentWeights } from "../../files/index.ts";
import { modelName, type ModelPlace, openPlace, readConfig, readModelJson } from "../component.ts";
import { checkRoom, weightBytes } from "../memory.ts";
import type { LoadOptions } from "../text-to-image.ts";
import type { ClipModel } from "../types.ts";
import { bytePairTokenizer } from "./byte-pairs.ts";
import { loadClipTowers } from "./encoders.ts";
import { loadPreprocessor } from "./preprocessor.ts";
import { type PromptTokenizer, tokenized, wordTokenizer } from "./tokenizer.ts";

const BATCH = 64;

/** Loads the CLIP in `place` (transformers layout). Throws where a file is missing, damaged or of another model. */
export async function loadClipModel(
  place: ModelPlace,
  { backend, signal, onProgress, variant }: LoadOptions,
): Promise<ClipModel> {
  const folder = openPlace(place);
  await checkKind(folder);
  const weights = await openComponentWeights(folder, "", variant);
  await weights.close();
  checkRoom(folder.name, weightBytes(weights), backend);
  throwIfAborted(signal);
  onProgress?.({ type: "load", component: "clip", fraction: null });
  const towers = await loadClipTowers(folder, { backend, variant });
  try {
    const { text_config, vision_config, projection_dim } = towers.config;
    const [length, side] = [text_config.max_position_embeddings, vision_config.image_size];
    const preprocess = await loadPreprocessor(folder, side);
    const tokenizer = await loadTokenizer(folder, length);
    const inBatches = async <T>(items: readonly T[], run: (batch: readonly T[]) => Promise<Tensor>) => {
      const data = new Float32Array(items.length * projection_dim);
      for (let i = 0; i < items.length; i += BATCH) {
        throwIfAborted(signal);
        data.set((await run(items.slice(i, i + BATCH))).data, i * projection_dim);
      }
      return { data, shape: [items.length, projection_dim] };
    };
    return {
      name: modelName(folder, "clip"),
      hash: towers.hash,
      logitScale: towers.logitScale,
      maxTokens: length,
      tokenize: (text) => tokenized(tokenizer, text),
      embedText: (prompts) =>
        inBatches(prompts, (batch) => {
          const tokens = batch.map((prompt) => tokenizer.encode(prompt));
          const ids = Int32Array.from(tokens.flatMap((item) => [...item.ids]));
          return towers.encodeText(ids, length, Int32Array.from(tokens, ({ end }) => end));
        }),
      embedImages: (pictures) =>
        inBatches(pictures, (batch) =>
          towers.encodeImages({ data: preprocess(batch), shape: [batch.length, side, side, 3] }),
        ),
      dispose: () => towers.dispose(),
    };
  } catch (error) {
    await towers.dispose();
    throw error;
  }
}

/** Whole words where the tokenizer is one of our own, else byte pairs. */
async function loadTokenizer(folder: ModelFolder, length: number): Promise<PromptTokenizer> {
  if (await folder.has("tokenizer.json")) {
    const json = await readModelJson(folder, "tokenizer.json");
    const type = (json as { model?: { type?: unknown } } | null)?.model?.type;
    if (type === "WordPiece") return wordTokenizer(json, length);
  }
  return bytePairTokenizer(folder, "", length);
}

const kind = z.looseObject({ model_type: z.string(), architectures: z.array(z.string()).optional() }).partial();

/** Says what a folder holds that isn't a CLIP. */
async function checkKind(folder: ModelFolder): Promise<void> {
  if (!(await folder.has("config.json")) && (await folder.has("model_index.json"))) {
    throw new DriftfieldError("unsupported", `${folder.name} holds a pipeline, not a CLIP`, {
      path: "model",
      received: "a folder with model_index.json",
      expected: "a folder with the config.json of a CLIPModel",
      hint: "Make pictures with it: driftfield generate --model <folder>.",
    });
  }
  const { model_type, architectures } = await readConfig(folder, kind);
  if (model_type === "clip") return;
  const what = architectures?.[0] ?? model_type ?? "a model that doesn't say its type";
  throw new DriftfieldError("unsupported", `${folder.name} holds ${what}, which isn't supported yet`, {
    path: "model",
    received: what,
    expected: "a CLIPModel (model_type clip), both towers",
    hint: "Name a folder of openai/clip-vit-base-patch32's form.",
  });
}
