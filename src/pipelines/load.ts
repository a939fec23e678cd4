// From a model's name to a pipeline: finds the folder, loads the model, and closes it again.
import { DriftfieldError, type OnProgress } from "../core/index.ts";
import type { ClipModel } from "../models/types.ts";
import { textToImage, type TextToImagePipeline } from "./text-to-image.ts";

export type LoadOptions = { device?: string; signal?: AbortSignal; onProgress?: OnProgress };

export type LoadedClip = ClipModel & { [Symbol.asyncDispose](): Promise<void> };

export async function loadPipeline(model: string, options: LoadOptions = {}): Promise<TextToImagePipeline> {
  void options; void textToImage;
  throw new DriftfieldError("not_found", `TEMPORARY ${model}`);
}
export async function loadClip(model: string, options: LoadOptions = {}): Promise<LoadedClip> {
  void options;
  throw new DriftfieldError("not_found", `TEMPORARY ${model}`);
}
