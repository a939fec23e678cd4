// What is asked of a model of points.
import { jsonField, loadFields, MAX_SEED, samplingFields } from "./generate.ts";
import { choice, integer, label, list, number, text, toggle } from "./kinds.ts";
import { operation, option } from "./operation.ts";

const { sampler, eta, noiseScale } = samplingFields;

/** The command `driftfield sample`. */
export const sampleCommand = operation(
  "sample",
  "Samples points of a 2-D model: a cloud of noise becomes the shape that it learned. With --export: writes the sampling of many pictures, for PyTorch.",
  {
    model: option(loadFields.model.kind, {
      help: "a model of points that ships (spiral, classes, spiral-flow), or a folder with config.json and model.safetensors; with --export, one of pictures",
      example: "spiral",
      defaultText: "spiral; with --export, emoji",
    }),
    count: option(integer(1, 1_000_000), {
      short: "n",
      wire: "n",
      help: "how many points, or pictures",
      example: "2000",
      defaultText: "500, or as many as --initial has; one a prompt",
    }),
    numInferenceSteps: option(integer(1, 1000), {
      flag: "steps",
      help: "how many steps from noise to points",
      example: "20",
      defaultText: "20; of pictures, the model's own",
    }),
    sampler: option(sampler.kind, { help: sampler.help, example: "accelerated", defaultText: "the model's own" }),
    gamma: option(number(0, 10), {
      help: "accelerated sampling: weight of the newest noise direction; 1 is DDIM",
      example: "2",
      default: 2,
    }),
    mu: option(number(0, 0.999), {
      help: "accelerated sampling: 0 adds no noise, 0.5 about as much as DDPM",
      example: "0.5",
      default: 0,
    }),
    eta,
    noiseScale,
    classes: option(list(label()), {
      flag: "class",
      help: "the class of all points, by name or number; several are dealt out in turn",
      example: "cat",
      defaultText: "none",
    }),
    negativeClass: option(label(), {
      help: "the class to steer away from, instead of from none",
      example: "dog",
      defaultText: "none",
    }),
    guidanceScale: option(number(0, 50), {
      help: "how strongly the class or prompt steers; 1 is off",
      example: "3",
      defaultText: "1; of pictures, the model's own",
    }),
    initial: option(text({ placeholder: "<file.json>" }), {
      help: 'start from these points, in the sampler\'s own space: {"points":[[x,y],...]}',
      example: "points.json",
      defaultText: "noise of the seed",
    }),
    seed: option(integer(0, MAX_SEED), {
      help: "the same seed, the same points; picture i has seed + i",
      example: "7",
      default: 0,
    }),
    rng: option(choice(["counter", "torch"]), {
      help: "how noise is drawn: keyed by seed, point and step, or as PyTorch does on a CPU",
      example: "torch",
      defaultText: "counter for models that ship, torch for a folder",
    }),
    trajectories: option(toggle(), {
      help: "with --json: all points at every step, the start first",
      example: "",
      default: false,
    }),
    export: option(text({ placeholder: "<folder>" }), {
      help: "instead of sampling: write what it takes into this new folder, for PyTorch on GPUs (docs/distributed.md)",
      example: "bulk",
      defaultText: "sampled here",
    }),
    prompts: option(text({ placeholder: "<file.txt>" }), {
      help: "with --export: a prompt a line; picture i shows line i, and starts over after the last",
      example: "prompts.txt",
      defaultText: "none",
    }),
    batchSize: option(integer(1, 4096), {
      help: "with --export: pictures evaluated at once by one process",
      example: "256",
      default: 64,
    }),
    json: jsonField,
  },
);
