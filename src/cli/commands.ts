// The commands by name. Each is loaded when it is called, so that the start costs only what is needed.
import type { Fields, Operation, RequestOf } from "../options/index.ts";
import type { Context } from "./context.ts";

/** A command: its options and what it does. `run` throws to fail. */
export type CliCommand<F extends Fields = any> = {
  readonly operation: Operation<F>;
  run(request: RequestOf<F>, context: Context): Promise<void>;
};

type Entry = { readonly summary: string; load(): Promise<{ command: CliCommand }> };

export const commands: Readonly<Record<string, Entry>> = {
  generate: { summary: "makes pictures of a prompt", load: () => import("./generate.ts") },
  sweep: { summary: "makes one strip of pictures over the values of any option", load: () => import("./sweep.ts") },
  embed: { summary: "turns texts and pictures into vectors, and compares them", load: () => import("./embed.ts") },
  classify: { summary: "says which of your labels fits a picture", load: () => import("./classify.ts") },
  inspect: { summary: "shows the request inside a picture, or the parts of a model", load: () => import("./inspect.ts") },
  verify: { summary: "runs a picture's request again and compares the pixels", load: () => import("./verify.ts") },
  train: { summary: "trains a model; Ctrl-C saves and exits", load: () => import("./train.ts") },
  data: { summary: "builds a training set from its packages", load: () => import("./data.ts") },
  bench: { summary: "prints the speed table of this machine", load: () => import("./bench.ts") },
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
