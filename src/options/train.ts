// What a training run and the building of its data are told.
import { jsonField } from "./generate.ts";
import { choice, integer, number, text, toggle } from "./kinds.ts";
import { operation, option, required } from "./operation.ts";

/** The command `driftfield train`. */
export const trainCommand = operation("train", "Trains a model; Ctrl-C saves and exits.", {
  preset: required(choice(["vae", "clip", "emoji", "spiral"]), {
    position: "one",
    help: "what to train: the autoencoder, CLIP, the denoiser of the default model, the 2-D spiral",
    example: "spiral",
  }),
  data: option(text({ placeholder: "<folder>" }), {
    help: "the training set that `driftfield data` built",
    example: "data",
    defaultText: "the preset's own",
  }),
  steps: option(integer(1, 1_000_000_000), { help: "stop after this step", example: "10000", defaultText: "the preset's own" }),
  minutes: option(number(0.01, 100_000), { help: "stop after so many minutes", example: "30", defaultText: "no limit" }),
  resume: option(toggle(), { help: "go on from the last checkpoint in --out", example: "", default: false }),
  out: option(text({ placeholder: "<folder>" }), {
    help: "where checkpoints and the model go",
    example: "runs/spiral",
    defaultText: "runs/<preset>",
  }),
  json: jsonField,
});

/** The command `driftfield data`. */
export const dataCommand = operation("data", "Builds a training set from its packages.", {
  preset: required(choice(["emoji", "faces", "compose"]), {
    position: "one",
    help: "emoji pictures in seven styles, faces with every attribute known, or compositions of several emoji",
    example: "emoji",
  }),
  out: option(text({ placeholder: "<folder>" }), {
    help: "where the shards go",
    example: "data/emoji",
    defaultText: "data/<preset>",
  }),
  json: jsonField,
});
