// Many pictures elsewhere: what another engine (distributed/) needs to make them, as a folder. The three networks as
// graphs with their weights, the sampler as the weights of its sums, prompts as tokens.
import { DriftfieldError } from "../../core/index.ts";
import { linearPlan } from "../../diffusion/linear-plan.ts";
import {
  diskFolder,
  makeFolder,
  openComponentWeights,
  readRaw,
  readTensor,
  sha256,
  type TensorToWrite,
  writeFileAtomic,
  writeSafetensors,
} from "../../files/index.ts";
import { emitGraph, encodeModel, type Sym } from "../../graph/index.ts";
import { wordTokenizer } from "../../models/clip/tokenizer.ts";
import { readModelJson } from "../../models/component.ts";
import { readModelIndex } from "../../models/stable-diffusion/index-file.ts";
import { loadTextToImage, readConfigs } from "../../models/text-to-image.ts";
import { decoderGraph, denoiserGraph, latentShapeOf, textGraph } from "../../models/text-to-image-graphs.ts";
import { bindWeights } from "../../models/weights.ts";
import { type Registry, Scope } from "../../nn/index.ts";
import { type Backend, nodeBackend } from "../../runtime/index.ts";
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
  const backend = await nodeBackend();
  const loaded = await loadTextToImage(place, { backend });
  await loaded.dispose(); // its configs and tokenizer are what is read here, and its weights are known to fit
  const resolved = resolveRequest(loaded, { prompt: prompts[0], ...settings, seed, count });
  const { scheduler, plan, warnings } = schedulerFor(loaded, resolved);
  const { eta, noiseScale, guidanceScale } = resolved;
  const linear = linearPlan(scheduler, plan, { ...(eta !== undefined && { eta }), noiseScale });
  const configs = await readConfigs(place);
  const tokens = prompts.map((prompt) => loaded.tokenize(prompt));
  const maxTokens = configs.text.max_position_embeddings;
  const tokenizer = wordTokenizer(await readModelJson(place, "tokenizer/tokenizer.json"), maxTokens);

  await makeFolder(folder);
  const predictions = guidanceScale === 1 ? 1 : 2;
  const write = (name: string, component: string, build: (scope: Scope) => Record<string, Sym>) =>
    writePart(folder, name, `${model}/${component}`, backend, build);
  const parts = {
    text: await write("text", "text_encoder", (scope) => textGraph(scope, configs, batchSize)),
    denoiser: await write("denoiser", "transformer", (scope) => denoiserGraph(scope, configs, batchSize * predictions)),
    decoder: await write("decoder", "vae", (scope) => decoderGraph(scope, configs, batchSize)),
  };
  const { latents_mean: mean, latents_std: std, latent_channels: channels } = configs.vae;
  const described = {
    format: "driftfield-sampling",
    version: 1,
    model: loaded.name,
    model_hash: loaded.hash,
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
  const text = new TextEncoder();
  const id = await sha256([text.encode(JSON.stringify(described))]);
  await writeFileAtomic(`${folder}/sampling.json`, text.encode(`${JSON.stringify({ id, ...described })}\n`));
  return [...warnings, ...new Set(tokens.flatMap((told) => promptWarnings("prompts", told, maxTokens)))];
}

/** One network: its graph, and those of its weights that the graph reads; in half precision where they lie so. */
async function writePart(
  folder: string,
  name: string,
  component: string,
  backend: Backend,
  build: (scope: Scope) => Record<string, Sym>,
) {
  const scope = new Scope();
  const graph = encodeModel(emitGraph(build(scope), { target: "torch" }));
  await writeFileAtomic(`${folder}/${name}.onnx`, graph);
  const weights = `${name}.safetensors`;
  await writeSafetensors(`${folder}/${weights}`, await tensorsOf(component, scope.registry, backend));
  return {
    graph: `${name}.onnx`,
    graph_sha256: await sha256([graph]),
    weights,
    weights_sha256: await hashOf(folder, weights),
  };
}

async function tensorsOf(component: string, registry: Registry, backend: Backend): Promise<TensorToWrite[]> {
  const files = await openComponentWeights(diskFolder(component), "");
  try {
    await bindWeights(files, registry, { ...backend, mapsFiles: true }); // refuses what doesn't fit
    const tensors: TensorToWrite[] = [];
    for (const [name, { shape }] of registry) {
      const { file, entry } = files.tensors.get(name)!;
      const half = entry.dtype === "F16";
      const { data } = half
        ? { data: new Uint16Array((await readRaw(file, name)).buffer) }
        : await readTensor(file, name);
      tensors.push({ name, shape, data, dtype: half ? "F16" : "F32" });
    }
    return tensors;
  } finally {
    await files.close();
  }
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
