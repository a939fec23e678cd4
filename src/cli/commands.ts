// The commands by name. Options and code are loaded when they are called for, so that a start costs only what it needs.
import type { Fields, Operation, RequestOf } from "../options/index.ts";
import type { Context } from "./context.ts";

/** What a command does with a checked request. Throws to fail. */
export type Run<F extends Fields> = (request: RequestOf<F>, context: Context) => Promise<void>;

type Tables = typeof import("../options/index.ts");

type Entry = {
  readonly summary: string;
  options(tables: Tables): Operation;
  load(): Promise<{ run: Run<never> }>;
};

export const commands: Readonly<Record<string, Entry>> = {
  generate: {
    summary: "makes pictures of a prompt",
    options: (tables) => tables.generateCommand,
    load: () => import("./generate.ts"),
  },
  sweep: {
    summary: "makes one strip of pictures over the values of any option",
    options: (tables) => tables.sweepCommand,
    load: () => import("./sweep.ts"),
  },
  sample: {
    summary: "samples points of a 2-D model",
    options: (tables) => tables.sampleCommand,
    load: () => import("./sample.ts"),
  },
  embed: {
    summary: "turns texts and pictures into vectors, and compares them",
    options: (tables) => tables.embedCommand,
    load: () => import("./embed.ts"),
  },
  classify: {
    summary: "says which of your labels fits a picture",
    options: (tables) => tables.classifyCommand,
    load: () => import("./classify.ts"),
  },
  inspect: {
    summary: "shows the request inside a picture, or the parts of a model",
    options: (tables) => tables.inspectCommand,
    load: () => import("./inspect.ts"),
  },
  verify: {
    summary: "runs a picture's request again and compares the pixels",
    options: (tables) => tables.verifyCommand,
    load: () => import("./verify.ts"),
  },
  train: {
    summary: "trains a model; Ctrl-C saves and exits",
    options: (tables) => tables.trainCommand,
    load: () => import("./train.ts"),
  },
  eval: {
    summary: "measures the models, into docs/results.md",
    options: (tables) => tables.evalCommand,
    load: () => import("./eval.ts"),
  },
  claims: {
    summary: "measures the claims that diffusion as a walk along a field rests on",
    options: (tables) => tables.claimsCommand,
    load: () => import("./claims.ts"),
  },
  data: {
    summary: "builds a training set from its packages",
    options: (tables) => tables.dataCommand,
    load: () => import("./data.ts"),
  },
  studio: {
    summary: "serves the studio, a web app, on this machine",
    options: (tables) => tables.studioCommand,
    load: () => import("./studio.ts"),
  },
  bench: {
    summary: "prints the speed table of this machine",
    options: (tables) => tables.benchCommand,
    load: () => import("./bench.ts"),
  },
};

/** The text of `driftfield --help`. */
export function overview(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return `Usage: driftfield <command> [options]

Trains, steers, runs and looks inside diffusion models.

Commands:
${lines.join("\n")}

"driftfield <command> --help" shows every option with its range and default.

Examples:
  driftfield generate "a cat wearing a hat" --out cat.png
  driftfield sweep "a cat" --guidance-scale 1,2,4,8 --out strip.png
  driftfield inspect cat.png --as cli
`;
}
