// model_index.json of a diffusers folder: which pipeline it is, of which components; and what to say of other kinds.
import { DriftfieldError } from "../../core/index.ts";
import type { ModelFolder } from "../../files/index.ts";
import { readModelJson } from "../component.ts";

/** Pipelines of other architectures, by the start of their class's name. */
const OTHER_KINDS: readonly [start: string, what: string][] = [
  ["StableDiffusionXL", "Stable Diffusion XL"],
  ["StableDiffusion3", "Stable Diffusion 3"],
  ["StableDiffusionUpscale", "Stable Diffusion's upscaler"],
  ["StableDiffusionLatentUpscale", "Stable Diffusion's latent upscaler"],
  ["StableDiffusionDepth2Img", "Stable Diffusion with depth"],
  ["StableDiffusionInstructPix2Pix", "InstructPix2Pix"],
  ["StableDiffusionControlNet", "Stable Diffusion with a ControlNet"],
  ["StableUnCLIP", "Stable unCLIP"],
  ["UnCLIP", "unCLIP (Karlo)"],
  ["Flux", "Flux"],
  ["Wan", "Wan"],
  ["PixArt", "PixArt"],
  ["Sana", "Sana"],
  ["Kandinsky", "Kandinsky"],
  ["HunyuanVideo", "HunyuanVideo"],
  ["HunyuanDiT", "HunyuanDiT"],
  ["AuraFlow", "AuraFlow"],
  ["QwenImage", "Qwen-Image"],
  ["Lumina", "Lumina"],
  ["CogVideoX", "CogVideoX"],
  ["LTX", "LTX-Video"],
  ["StableVideoDiffusion", "Stable Video Diffusion"],
  ["StableCascade", "Stable Cascade"],
  ["Wuerstchen", "Würstchen"],
  ["AltDiffusion", "AltDiffusion"],
  ["DiT", "DiT"],
  ["IF", "DeepFloyd IF"],
];

const STABLE_DIFFUSION = [
  "StableDiffusionPipeline",
  "StableDiffusionImg2ImgPipeline",
  "StableDiffusionInpaintPipeline",
  "StableDiffusionPipelineSafe",
  "LatentConsistencyModelPipeline",
];

/** Pictures without a text, pixel by pixel. */
const UNCONDITIONAL = ["DDPMPipeline", "DDIMPipeline", "PNDMPipeline"];

/** What a pipeline's folder is to us. */
export type PipelineKind = "driftfield" | "stable-diffusion" | "unconditional";

export type ModelIndex = {
  kind: PipelineKind;
  className: string;
  /** Class names by component; null for one that the pipeline goes without. */
  components: ReadonlyMap<string, string | null>;
};

/** Reads model_index.json. Throws DriftfieldError "not_found", "invalid_file", "unsupported" (another architecture). */
export async function readModelIndex(folder: ModelFolder): Promise<ModelIndex> {
  const json = await readModelJson(folder, "model_index.json");
  const className = (json as { _class_name?: unknown } | null)?._class_name;
  if (typeof className !== "string") throw broken(folder, "_class_name isn't a class's name");
  const entries = Object.entries(json as object).filter(([name]) => !name.startsWith("_"));
  const components = new Map<string, string | null>();
  for (const [name, value] of entries) {
    if (!Array.isArray(value)) continue; // an option of the pipeline
    if (!/^[\w-]+$/.test(name)) throw broken(folder, `a component can't be called ${JSON.stringify(name)}`);
    const [, className] = value as unknown[];
    if (className !== null && typeof className !== "string") throw broken(folder, `${name} isn't [library, class]`);
    components.set(name, className);
  }
  return { kind: kindOf(folder, className), className, components };
}

/**
 * Throws DriftfieldError "not_found" for a component that the index lacks, "unsupported" for one of a class that isn't
 * among `classes`.
 */
export function checkComponents(
  folder: ModelFolder,
  { className, components }: ModelIndex,
  classes: Readonly<Record<string, readonly string[]>>,
): void {
  for (const [name, known] of Object.entries(classes)) {
    const found = components.get(name) ?? undefined;
    if (found === undefined) {
      throw new DriftfieldError("not_found", `the ${className} in ${folder.name} has no ${name}`, {
        path: name,
        received: [...components.keys()],
        expected: `a component ${name} in model_index.json`,
        hint: "Download the model again, whole.",
      });
    }
    if (known.includes(found)) continue;
    throw new DriftfieldError("unsupported", `the ${name} in ${folder.name} is ${found}, which isn't supported yet`, {
      path: name,
      received: found,
      expected: known.join(" or "),
      hint: "Choose a model of Stable Diffusion 1 or 2.",
    });
  }
}

function kindOf(folder: ModelFolder, className: string): PipelineKind {
  if (className === "DriftfieldTextToImagePipeline") return "driftfield";
  if (STABLE_DIFFUSION.includes(className)) return "stable-diffusion";
  if (UNCONDITIONAL.includes(className)) return "unconditional";
  const [, what] = OTHER_KINDS.find(([start]) => className.startsWith(start)) ?? [];
  const said = what === undefined ? className : `${what} (${className})`;
  throw new DriftfieldError("unsupported", `${folder.name} holds ${said}, which isn't supported yet`, {
    path: "model",
    received: className,
    expected: "a pipeline of Driftfield, of Stable Diffusion 1 or 2 (StableDiffusionPipeline), or a DDPMPipeline",
    hint: "Choose a model of Stable Diffusion 1 or 2, or one that ships: emoji.",
  });
}

function broken(folder: ModelFolder, why: string): DriftfieldError {
  const path = `${folder.name}/model_index.json`;
  return new DriftfieldError("invalid_file", `${path}: ${why}`, {
    path,
    expected: "diffusers' model_index.json",
    hint: "Download the model again, whole.",
  });
}
