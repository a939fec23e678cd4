// `driftfield sample --export`: the sampling of many pictures, written for PyTorch (docs/distributed.md).
import { readFile } from "node:fs/promises";
import { DriftfieldError } from "../core/index.ts";
import type { RequestOf, sampleCommand } from "../options/index.ts";
import { exportSampling } from "../pipelines/bulk/export-sampling.ts";
import type { Context } from "./context.ts";

type Request = RequestOf<typeof sampleCommand.fields>;

/** What is said of points and means nothing for pictures. */
const OF_POINTS = [
  ["classes", "--class"],
  ["negativeClass", "--negative-class"],
  ["initial", "--initial"],
  ["gamma", "--gamma"],
  ["mu", "--mu"],
  ["trajectories", "--trajectories"],
] as const;

/** Writes the export that `request` asks for, of the model in the folder `model`. Throws as `exportSampling` does. */
export async function exportPictures(model: string, request: Request & { export: string }, context: Context) {
  const { export: folder, prompts: file, count, seed = 0, batchSize = 64, rng, json = false } = request;
  const stray = OF_POINTS.find(([name]) => request[name] !== undefined);
  if (stray) throw misfit(stray[1], "nothing: it is of points", `Leave ${stray[1]} out.`);
  if (rng === "torch") throw misfit("--rng", "counter, where many processes draw", "Leave --rng out.");
  if (file === undefined) {
    throw misfit("--prompts", "a file with a prompt a line", "Give for example --prompts prompts.txt.");
  }
  const prompts = await readPrompts(file);
  const settings = {
    guidanceScale: request.guidanceScale,
    numInferenceSteps: request.numInferenceSteps,
    sampler: request.sampler,
    eta: request.eta,
    noiseScale: request.noiseScale,
  };
  const wanted = { folder, prompts, count: count ?? prompts.length, seed, batchSize, settings };
  const warnings = await exportSampling(model, wanted);
  if (json) context.print(JSON.stringify({ path: folder, n: wanted.count, prompts: prompts.length, warnings }));
  else {
    for (const warning of warnings) context.note(`warning: ${warning}`);
    context.print(folder);
  }
}

/** The lines of a file that aren't blank. */
async function readPrompts(path: string): Promise<string[]> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new DriftfieldError("not_found", `${path} can't be read`, {
      path: "--prompts",
      received: path,
      expected: "a text file, a prompt a line",
      hint: "Check the file's name.",
      cause,
    });
  });
  const prompts = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  if (prompts.length > 0) return prompts;
  throw misfit("--prompts", "at least one prompt", `Write a prompt a line into ${path}.`, path);
}

function misfit(path: string, expected: string, hint: string, received?: string): DriftfieldError {
  return new DriftfieldError("invalid_option", `with --export of pictures, ${path} must be ${expected}`, {
    path,
    received,
    expected,
    hint,
  });
}
