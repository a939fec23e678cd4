// From a model's name to something that answers: finds the folder, chooses the engine, loads.
import { DriftfieldError, type OnProgress } from "../core/index.ts";
import { diskFolder, type ModelFolder, resolveModelFolder, shippedFolder } from "../files/index.ts";
import { loadClipModel } from "../models/clip/model.ts";
import { readModelIndex } from "../models/stable-diffusion/index-file.ts";
import { loadStableDiffusion } from "../models/stable-diffusion/model.ts";
import { loadTextToImage } from "../models/text-to-image.ts";
import { loadUnconditional } from "../models/unconditional/model.ts";
import type { ClipModel } from "../models/types.ts";
import { type Backend, nodeBackend, webBackend } from "../runtime/index.ts";
import { needsPrompt } from "./request.ts";
import { textToImage, type TextToImagePipeline } from "./text-to-image.ts";

export type LoadOptions = {
  /** "cpu" (the default) or "wasm" in Node; "wasm" on a page. */
  device?: string;
  /** Bytes of weights that may be in memory at once: a published model's components come and go. */
  memoryLimit?: number;
  /** Decodes large pictures in overlapping tiles, with less memory: a published model's. */
  vaeTiling?: boolean;
  /** Which weights, where the folder holds several ("fp16"); the plain ones, or the most precise, unless given. */
  variant?: string;
  signal?: AbortSignal;
  onProgress?: OnProgress;
};

/** A CLIP that `await using` closes. */
export type LoadedClip = ClipModel & { [Symbol.asyncDispose](): Promise<void> };

/** A name that ships, a path (both in Node), or a folder of picked files or on a server. */
export type ModelSource = string | ModelFolder;

/**
 * Loads a text-to-image model: a name that ships ("emoji") or a folder in the diffusers layout. `withoutPrompt`: it is
 * for a request without one, so a model that needs one is refused before it loads.
 * @throws DriftfieldError "not_found" (no such model, with the nearest names; a missing component), "invalid_file",
 *   "shape_mismatch", "invalid_option" (the device), "aborted"
 */
export async function loadPipeline(
  model: ModelSource,
  { device, vaeTiling, withoutPrompt, ...rest }: LoadOptions & { withoutPrompt?: boolean } = {},
): Promise<TextToImagePipeline> {
  const backend = await backendOf(device);
  const opened = await folderOf(model);
  const options = { backend, tiled: vaeTiling, ...rest };
  const index = await readModelIndex(opened);
  if (withoutPrompt && index.kind !== "unconditional") throw needsPrompt(opened.name);
  if (index.kind === "driftfield") return textToImage(await loadTextToImage(opened, options));
  if (index.kind === "unconditional") return textToImage(await loadUnconditional(opened, index, options));
  return textToImage(await loadStableDiffusion(opened, index, options));
}

/** Loads a CLIP: a name that ships ("clip") or a folder in the transformers layout. Throws as `loadPipeline` does. */
export async function loadClip(model: ModelSource, { device, ...rest }: LoadOptions = {}): Promise<LoadedClip> {
  const backend = await backendOf(device);
  const clip = await loadClipModel(await folderOf(model), { backend, ...rest });
  return { ...clip, [Symbol.asyncDispose]: () => clip.dispose() };
}

async function folderOf(model: ModelSource): Promise<ModelFolder> {
  if (typeof model !== "string") return model;
  return diskFolder(await resolveModelFolder(model, { shippedFolder: shippedFolder() }));
}

const inNode = globalThis.process?.versions?.node !== undefined;

async function backendOf(device = inNode ? "cpu" : "wasm"): Promise<Backend> {
  if (device === "cpu") return nodeBackend();
  if (device === "wasm") return onOneThread(webBackend("wasm"));
  throw new DriftfieldError("invalid_option", `there is no device "${device}" here`, {
    path: "device",
    received: device,
    expected: "cpu or wasm",
    hint: "Leave the device out: cpu is the default.",
  });
}

/** The WebAssembly package starts no threads in Node (it asks for a module that its bundle can't load there). */
function onOneThread(backend: Backend): Backend {
  if (!inNode) return backend;
  return { ...backend, session: (graph, options) => backend.session(graph, { ...options, threads: 1 }) };
}
