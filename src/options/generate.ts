// What can be said about a picture to be made, and about the command that makes it.
import { samplerAliases, samplers } from "../diffusion/index.ts";
import { choice, integer, memory, number, ranges, text, toggle } from "./kinds.ts";
import { operation, option, type RequestOf } from "./operation.ts";

/** The largest seed: whole numbers are exact up to here. */
export const MAX_SEED = Number.MAX_SAFE_INTEGER;
/** The most pictures of one request. */
export const MAX_COUNT = 1000;

/** Every name that a sampler goes by. */
export const samplerNames = [...samplers.map((sampler) => sampler.name), ...Object.keys(samplerAliases)];

const ofTheModel = "the model's own";

/** Which model, and what runs it. */
export const loadFields = {
  model: option(text({ placeholder: "<name or folder>" }), {
    help: "a model that ships, or a folder with one",
    example: "emoji",
    default: "emoji",
  }),
  device: option(choice(["cpu", "wasm"]), {
    help: "what computes: ONNX Runtime's native package, or its WebAssembly one",
    example: "cpu",
    default: "cpu",
  }),
};

/** Which of a published model's weights. */
export const variantField = option(text({ placeholder: "<name>" }), {
  help: "which weights, where a published model's folder holds several",
  example: "fp16",
  defaultText: "the plain ones, or the most precise",
});

/** How a published model is loaded: which weights, and how much of them is in memory at once. */
export const publishedFields = {
  variant: variantField,
  memoryLimit: option(memory(), {
    help: "the most memory for weights: parts of a published model load when they are needed, and go for others",
    example: "4GB",
    defaultText: "1GB, or the largest part's",
  }),
  vaeTiling: option(toggle(), {
    help: "decode large pictures of a published model in overlapping tiles: less memory, slightly other pixels",
    example: "",
    default: false,
  }),
};

/** `loadPipeline(model, options)`, but for the model itself. */
export const loading = operation("loading a model", "Loads a model.", {
  device: loadFields.device,
  ...publishedFields,
});

/** `loadClip(model, options)`, but for the model itself. */
export const loadingClip = operation("loading a model", "Loads a model.", {
  device: loadFields.device,
  variant: variantField,
});

/** How the field is walked. */
export const samplingFields = {
  numInferenceSteps: option(integer(1, 1000), {
    flag: "steps",
    help: "how many steps from noise to picture",
    example: "20",
    defaultText: ofTheModel,
  }),
  guidanceScale: option(number(0, 50), {
    help: "how strongly the prompt steers; 1 is off",
    example: "4",
    defaultText: ofTheModel,
  }),
  guidanceRescale: option(number(0, 1), {
    help: "how far the guided prediction is scaled back to the spread of the conditioned one",
    example: "0.7",
    default: 0,
  }),
  sampler: option(choice(samplerNames), {
    help: "the algorithm that steps",
    example: samplers[0].name,
    defaultText: ofTheModel,
  }),
  timestepSpacing: option(choice(["linspace", "leading", "trailing"]), {
    help: "where the steps lie between noise and picture",
    example: "trailing",
    defaultText: ofTheModel,
  }),
  sigmaSchedule: option(choice(["karras", "exponential", "beta"]), {
    help: "how the noise levels lie",
    example: "karras",
    defaultText: ofTheModel,
  }),
  eta: option(number(0, 1), {
    help: "randomness of DDIM's steps, from 0 (none) to 1 (DDPM's)",
    example: "0.5",
    defaultText: "0, for DDIM",
  }),
  noiseScale: option(number(0, 1), {
    help: "noise that each step adds: 1 as derived, 0 none (the ablation)",
    example: "0",
    default: 1,
  }),
};

/** Empty text passes here: published models take it as no condition; for others it is refused (resolveRequest). */
const promptKind = { ...text({ blank: true }), rule: text().rule };

/** A request for pictures, as the library takes it. */
export const requestFields = {
  prompt: option(promptKind, {
    position: "one",
    help: "what the picture shows",
    example: '"a cat wearing a hat"',
    defaultText: "none, for a model that takes no text",
  }),
  negativePrompt: option(text({ blank: true }), {
    help: "what it shouldn't show",
    example: '"a hat"',
    defaultText: "none",
  }),
  ...samplingFields,
  seed: option(integer(0, MAX_SEED), {
    help: "the same seed makes the same picture; picture i uses seed + i",
    example: "7",
    defaultText: "drawn at random, and said",
  }),
  seeds: option(ranges(0, MAX_SEED, MAX_COUNT), {
    help: "a picture for each of these seeds",
    example: "0-15,100",
    defaultText: "none",
  }),
  count: option(integer(1, MAX_COUNT), {
    flag: "count",
    short: "n",
    wire: "n",
    help: "how many pictures",
    example: "4",
    default: 1,
  }),
  width: option(integer(1, 16384), {
    joined: "size",
    help: "width in pixels",
    example: "128",
    defaultText: ofTheModel,
  }),
  height: option(integer(1, 16384), {
    joined: "size",
    help: "height in pixels",
    example: "128",
    defaultText: ofTheModel,
  }),
  strength: option(number(0, 1), {
    help: "how far a given picture is noised before it is painted over: near 0 it stays, at 1 nothing of it is left",
    example: "0.6",
    defaultText: "0.8, or 1 with a mask",
  }),
  batchSize: option(integer(1, 64), {
    help: "pictures evaluated at once; with more than 1 their last bits may differ",
    example: "4",
    default: 1,
  }),
  rng: option(choice(["counter", "torch"]), {
    help: "how noise is drawn: keyed by seed, sample and step, or as PyTorch does on a CPU",
    example: "counter",
    defaultText: "counter; torch for a folder in the diffusers layout",
  }),
};

export type GenerateRequest = RequestOf<typeof requestFields>;

const conflicts = [
  ["seeds", "seed"],
  ["seeds", "count"],
] as const;

/** A model that is named may be one that takes no text. */
const unless = [["prompt", "model"]] as const;

/** `pipe.generate(request)`. */
export const generate = operation("generate", "Makes pictures of a prompt.", requestFields, conflicts);

/** The same with the model named, and what of its loading decides pixels: what metadata, links and HTTP carry. */
export const generateWithModel = operation(
  "generate",
  "Makes pictures of a prompt.",
  { ...requestFields, model: loadFields.model, variant: variantField, vaeTiling: publishedFields.vaeTiling },
  conflicts,
  unless,
);

export const outField = option(text({ placeholder: "<file.png>" }), {
  help: "where the picture goes; with several, they are numbered: cat-0.png, cat-1.png ...",
  example: "cat.png",
  defaultText: "out.png",
});

export const jsonField = option(toggle(), { help: "print one JSON object", example: "", default: false });

/** The command `driftfield generate`. */
export const generateCommand = operation(
  "generate",
  "Makes pictures of a prompt.",
  {
    ...requestFields,
    ...loadFields,
    ...publishedFields,
    out: outField,
    image: option(text({ placeholder: "<file.png>" }), {
      help: "start from this picture, noised as far as --strength says",
      example: "cat.png",
      defaultText: "none",
    }),
    mask: option(text({ placeholder: "<file.png>" }), {
      help: "paint anew where this picture is bright, and keep the rest of --image",
      example: "mask.png",
      defaultText: "none",
    }),
    latents: option(text({ placeholder: "<file.safetensors>" }), {
      help: "start from the tensor named initial in this file",
      example: "start.safetensors",
      defaultText: "noise of the seed",
    }),
    saveLatents: option(text({ placeholder: "<file.safetensors>" }), {
      help: "write the latents of every step to this file (one picture only)",
      example: "steps.safetensors",
      defaultText: "not written",
    }),
    json: jsonField,
  },
  conflicts,
  unless,
);
