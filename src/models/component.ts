// A component of a model folder, compiled: its config read and checked, its graph built, its weights bound.
import type { z } from "zod";
import { DriftfieldError } from "../core/index.ts";
import {
  type ComponentWeights,
  diskFolder,
  fileSource,
  type ModelFolder,
  openComponentWeights,
  openWeightFile,
  readJsonFrom,
} from "../files/index.ts";
import type { Sym } from "../graph/index.ts";
import { Scope } from "../nn/index.ts";
import { compile, type Backend, type Program } from "../runtime/index.ts";
import { type Aliases, bindWeights } from "./weights.ts";

/** Where a component lies: a path on this machine's disk, or a folder anywhere. */
export type ModelPlace = string | ModelFolder;

/** What runs a component, and which of its weights (`variant`: "fp16" ...; the most precise unless given). */
export type ComponentOptions = { backend: Backend; variant?: string };

export const openPlace = (place: ModelPlace): ModelFolder => (typeof place === "string" ? diskFolder(place) : place);

/** What a model is called: the last part of its folder's path. */
export const modelName = ({ name }: ModelFolder, unnamed = "model"): string =>
  name.split(/[/\\]/).findLast((part) => part !== "") ?? unnamed;

/** The JSON of a file in a model's folder. Throws "not_found", "invalid_file". */
export async function readModelJson(folder: ModelFolder, file: string): Promise<unknown> {
  const source = await folder.open(file);
  return readJsonFrom(source).finally(() => source.close());
}

/** Reads and checks a component's config. Throws "invalid_file" naming the key that is wrong. */
export async function readConfig<T>(
  place: ModelPlace,
  schema: z.ZodType<T>,
  file = "config.json",
): Promise<T> {
  const folder = openPlace(place);
  const result = schema.safeParse(await readModelJson(folder, file));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = `${folder.name}/${file}`;
  throw new DriftfieldError("invalid_file", `${path}: ${issue.path.join(".") || "the config"}: ${issue.message}`, {
    path,
    expected: issue.message,
    hint: "take the config.json that belongs to these weights",
  });
}

/** Opens a component's weights; whoever calls it closes them. */
export type OpenWeights = () => Promise<ComponentWeights>;

/** The weights in a component's folder: one safetensors file or its shards, plain or of a variant. */
export function weightsIn(place: ModelPlace, variant?: string): OpenWeights {
  return () => openComponentWeights(openPlace(place), "", variant);
}

/** Builds graph outputs over a scope, and compiles them with the weights of a file or a component. */
export async function compileComponent(
  name: string,
  weights: string | OpenWeights,
  backend: Backend,
  build: (scope: Scope) => Record<string, Sym>,
  aliases?: Aliases,
): Promise<{ program: Program; hash: string }> {
  const files = await (typeof weights === "string" ? openWeightFile(weights, () => fileSource(weights)) : weights());
  try {
    const scope = new Scope();
    const outputs = build(scope);
    const bound = await bindWeights(files, scope.registry, backend, aliases);
    return { program: await compile(outputs, { backend, weights: bound, name }), hash: await files.hash() };
  } finally {
    await files.close();
  }
}
