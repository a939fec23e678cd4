// Many pictures elsewhere: what another engine (distributed/) needs to make them, as a folder. The three networks as
// graphs with their weights, the sampler as the weights of its sums, prompts as tokens.
import { DriftfieldError } from "../../core/index.ts";
import { linearPlan } from "../../diffusion/linear-plan.ts";
import {
  diskFolder,
  makeFolder,
  type ModelFolder,
  openComponentWeights,
  readRaw,
  readTensor,
  sha256,
  type TensorToWrite,
  writeFileAtomic,
  writeSafetensors,
} from "../../files/index.ts";
import { emitGraph, encodeModel, type Sym } from "../../graph/index.ts";
import { readModelIndex } from "../../models/stable-diffusion/index-file.ts";
import { modelHash, readTextToImage } from "../../models/text-to-image.ts";
import { decoderGraph, denoiserGraph, latentShapeOf, textGraph } from "../../models/text-to-image-graphs.ts";
import { checkWeights } from "../../models/weights.ts";
import { Scope } from "../../nn/index.ts";
import { resolveRequest, type GenerateRequest } from "../request.ts";
import { schedulerFor } from "../scheduler.ts";
import { promptWarnings } from "../warnings.ts";

/** How the pictures are made: what is left out is the model's default. */
export type SamplingSettings = Pick<
  GenerateRequest,
  "guidanceScale" | "numInferenceSteps" | "sampler" | "eta" | "noiseScale"
>;

export type SamplingExport = {
  /** A new folder, or one without such an export. */
  folder: string;
  /** Picture k shows prompt k, starting over after the last, and has the seed `seed` + k. */
  prompts: readonly string[];
  count: number;
  seed: number;
  /** Pictures evaluated at once by one process. */
  batchSize: number;
  settings: SamplingSettings;
};

/**
 * Writes the sampling of `count` pictures by the model in the folder `model`; `python -m driftfield_distributed` makes
 * them. Returns warnings about the prompts and settings.
 * @throws DriftfieldError "unsupported" for a model of another architecture or a sampler that isn't a sum,
 *   "invalid_option" for a folder that holds an export, and as loading and the settings do
 */
export async function exportSampling(model: string, request: SamplingExport): Promise<string[]> {
  const { folder, prompts, count, seed, batchSize, settings } = request;
  const place = diskFolder(model);
  if ((await readModelIndex(place)).kind !== "driftfield") throw otherArchitecture(model);
  if (await diskFolder(folder).has("sampling.json")) throw alreadyThere(folder);
  const { configs, tokenizer, said } = await readTextToImage(place);
  const resolved = resolveRequest(said, { prompt: prompts[0], ...settings, seed, count });
  const { scheduler, plan, warnings } = schedulerFor(said, resolved);
  const { eta, noiseScale, guidanceScale } = resolved;
  const linear = linearPlan(scheduler, plan, { ...(eta !== undefined && { eta }), noiseScale });
  const tokens = prompts.map((prompt) => said.tokenize(prompt));
  const predictions = guidanceScale === 1 ? 1 : 2;
  const read = (component: string, build: (scope: Scope) => Record<string, Sym>) => readPart(place, component, build);
  // All are read, and known to fit, before anything is written.
  const text = await read("text_encoder", (scope) => textGraph(scope, configs, batchSize));
  const denoiser = await read("transformer", (scope) => denoiserGraph(scope, configs, batchSize * predictions));
  const decoder = await read("vae", (scope) => decoderGraph(scope, configs, batchSize));

  await makeFolder(folder);
  const parts = {
    text: await writePart(folder, "text", text),
    denoiser: await writePart(folder, "denoiser", denoiser),
    decoder: await writePart(folder, "decoder", decoder),
  };
  const { latents_mean: mean, latents_std: std, latent_channels: channels } = configs.vae;
  const described = {
    format: "driftfield-sampling",
    version: 1,
    model: said.name,
    model_hash: await modelHash(configs, [text.hash, denoiser.hash, decoder.hash]),
    sampler: resolved.sampler ?? scheduler.sampler.name,
    num_inference_steps: resolved.numInferenceSteps,
    guidance_scale: guidanceScale,
    count,
    seed,
    batch_size: batchSize,
    width: resolved.width,
    height: resolved.height,
    latent_shape: latentShapeOf(configs.vae),
    latents_mean: mean ?? new Array(channels).fill(0),
    latents_std: std ?? new Array(channels).fill(1),
    parts,
    plan: linear,
    prompts,
    ids: tokens.map(({ ids }) => ids),
    null_ids: [...tokenizer.encode("").ids],
    end_token: tokenizer.end,
  };
  const utf8 = new TextEncoder();
  const id = await sha256([utf8.encode(JSON.stringify(described))]);
  await writeFileAtomic(`${folder}/sampling.json`, utf8.encode(`${JSON.stringify({ id, ...described })}\n`));
  const { maxTokens } = said.config;
  return [...warnings, ...new Set(tokens.flatMap((told) => promptWarnings("prompts", told, maxTokens)))];
}

/** One network: its graph, and those of its weights that the graph reads; in half precision where they lie so. */
type Part = { graph: ReturnType<typeof encodeModel>; tensors: TensorToWrite[]; hash: string };

/** Throws DriftfieldError where the weights aren't those that `build` asks for. */
async function readPart(
  place: ModelFolder,
  component: string,
  build: (scope: Scope) => Record<string, Sym>,
): Promise<Part> {
  const scope = new Scope();
  const graph = encodeModel(emitGraph(build(scope), { target: "torch" }));
  const files = await openComponentWeights(place, component);
  try {
    checkWeights(files, scope.registry);
    const tensors: TensorToWrite[] = [];
    for (const [name, { shape }] of scope.registry) {
      const { file, entry } = files.tensors.get(name)!;
      const half = entry.dtype === "F16";
      const { data } = half
        ? { data: new Uint16Array((await readRaw(file, name)).buffer) }
        : await readTensor(file, name);
      tensors.push({ name, shape, data, dtype: half ? "F16" : "F32" });
    }
    return { graph, tensors, hash: await files.hash() };
  } finally {
    await files.close();
  }
}

async function writePart(folder: string, name: string, { graph, tensors }: Part) {
  const weights = `${name}.safetensors`;
  await writeFileAtomic(`${folder}/${name}.onnx`, graph);
  await writeSafetensors(`${folder}/${weights}`, tensors);
  return {
    graph: `${name}.onnx`,
    graph_sha256: await sha256([graph]),
    weights,
    weights_sha256: await hashOf(folder, weights),
  };
}

async function hashOf(folder: string, file: string): Promise<string> {
  const source = await diskFolder(folder).open(file);
  return sha256([await source.read(0, source.size)]).finally(() => source.close());
}

function otherArchitecture(model: string): DriftfieldError {
  return new DriftfieldError("unsupported", `${model} is a published pipeline: only Driftfield's own leave as a plan`, {
    path: "--export",
    received: model,
    expected: "a folder as `driftfield train --export` writes it",
    hint: "Sample a diffusers folder with diffusers, or here with driftfield generate.",
  });
}

function alreadyThere(folder: string): DriftfieldError {
  return new DriftfieldError("invalid_option", `${folder} holds an exported sampling already`, {
    path: "--export",
    received: folder,
    expected: "a new folder",
    hint: "Name another folder with --export.",
  });
}
