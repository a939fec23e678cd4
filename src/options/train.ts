// What a training run and the building of its data are told.
import { shapeNames } from "../data/shapes/index.ts";
import { jsonField, MAX_SEED } from "./generate.ts";
import { choice, integer, number, text, toggle } from "./kinds.ts";
import { operation, option, required } from "./operation.ts";

const ofThePreset = "the preset's own";

const PRESETS = [
  "vae", "vae-decoder", "clip", "emoji", "judge-clip", "face-judge",
  "spiral", "classes", "spiral-flow",
] as const;

/** The command `driftfield train`. */
export const trainCommand = operation("train", "Trains a model; Ctrl-C saves and exits.", {
  preset: required(choice(PRESETS), {
    position: "one",
    help: "what to train: the autoencoder (or its decoder alone, on latents that stay), CLIP, the denoiser of the default model, what `driftfield eval` judges with; or a model of points in the plane, alone, with classes, by flow matching",
    example: "emoji",
  }),
  data: option(text({ placeholder: "<folder>" }), {
    help: "the folder of training sets, as `driftfield data` builds them",
    example: "data",
    default: "data",
  }),
  out: option(text({ placeholder: "<folder>" }), {
    help: "the run's folder: checkpoint and log",
    example: "runs/emoji",
    defaultText: "runs/<preset>",
  }),
  resume: option(toggle(), {
    help: "go on from the run's last checkpoint; without one, from the weights that ship",
    example: "",
    default: false,
  }),
  steps: option(integer(1, 1_000_000_000), {
    help: "stop after this step, resumed ones included",
    example: "10000",
    defaultText: ofThePreset,
  }),
  minutes: option(number(0.01, 100_000), {
    help: "stop after so many minutes",
    example: "30",
    defaultText: "no limit",
  }),
  export: option(text({ placeholder: "<folder>" }), {
    help: "write the trained model into this folder of models when the run ends",
    example: "models",
    defaultText: "not written",
  }),
  exportRun: option(text({ placeholder: "<folder>" }), {
    help: "instead of training: write the run into this new folder, for PyTorch on GPUs (docs/distributed.md)",
    example: "runs/emoji-gpu",
    defaultText: "trained here",
  }),
  models: option(text({ placeholder: "<folder>" }), {
    help: "the folder of models that the preset builds on",
    example: "models",
    defaultText: "those that ship",
  }),
  seed: option(integer(0, MAX_SEED), {
    help: "first weights, order and noise follow from it",
    example: "1",
    default: 1,
  }),
  rate: option(number(0, 10), { help: "the peak learning rate", example: "0.001", defaultText: ofThePreset }),
  batchSize: option(integer(1, 65536), { help: "samples in a step", example: "64", defaultText: ofThePreset }),
  objective: option(choice(["flow", "noise"]), {
    help: "what the denoiser predicts: the velocity of flow matching, or DDPM's noise",
    example: "flow",
    default: "flow",
  }),
  size: option(choice(["base", "large"]), {
    help: "emoji: the denoiser's size, 11 million parameters (it ships) or 30 million (for a GPU)",
    example: "large",
    default: "base",
  }),
  shape: option(choice(shapeNames), {
    help: "the points that spiral, classes and spiral-flow learn",
    example: "moons",
    defaultText: ofThePreset,
  }),
  target: option(choice(["edm", "epsilon", "last_step", "flow"]), {
    help: "what a model of points is trained to say: EDM's mixture, the noise, the last step's noise alone, the velocity",
    example: "epsilon",
    defaultText: ofThePreset,
  }),
  reference: option(toggle(), {
    help: "models of points: the settings and the target of smalldiffusion",
    example: "",
    default: false,
  }),
  blind: option(toggle(), {
    help: "models of points: don't tell the network the noise level (the ablation)",
    example: "",
    default: false,
  }),
  dropClass: option(number(0, 1), {
    help: "classes: the share of points whose class is dropped, so that it learns to do without",
    example: "0",
    default: 0.1,
  }),
  json: jsonField,
});

/** The command `driftfield data`. */
export const dataCommand = operation("data", "Builds a training set from its packages.", {
  preset: required(choice(["emoji", "faces", "compose", "judge-faces"]), {
    position: "one",
    help: "emoji pictures in seven styles, faces with every attribute known, compositions of several emoji, or the other faces that the judge of faces learns from",
    example: "emoji",
  }),
  out: option(text({ placeholder: "<folder>" }), {
    help: "where the shards go",
    example: "data/emoji",
    defaultText: "data/<preset>",
  }),
  json: jsonField,
});
