// A component of a model folder, compiled: its config read and checked, its graph built, its weights bound.
import type { z } from "zod";
import { DriftfieldError } from "../core/index.ts";
import { fileInModel, readJson } from "../files/index.ts";
import type { Sym } from "../graph/index.ts";
import { Scope } from "../nn/index.ts";
import { compile, type Backend, type Program } from "../runtime/index.ts";
import { openWeights, type Aliases } from "./weights.ts";

/** Reads and checks a component's config. Throws "invalid_file" naming the key that is wrong. */
export async function readConfig<T>(folder: string, schema: z.ZodType<T>, file = "config.json"): Promise<T> {
  const path = await fileInModel(folder, file);
  const result = schema.safeParse(await readJson(path));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new DriftfieldError("invalid_file", `${path}: ${issue.path.join(".") || "the config"}: ${issue.message}`, {
    path,
    expected: issue.message,
    hint: "take the config.json that belongs to these weights",
  });
}

/** The weight files of the component in `folder`, whose names start with `stem` ("model" in transformers' layout). */
export async function weightFiles(folder: string, stem: string): Promise<readonly string[]> {
  return [await fileInModel(folder, `${stem}.safetensors`)];
}

/** Builds graph outputs over a scope, and compiles them with the weights in `paths` (one file, or its shards). */
export async function compileComponent(
  name: string,
  paths: string | readonly string[],
  backend: Backend,
  build: (scope: Scope) => Record<string, Sym>,
  aliases?: Aliases,
): Promise<{ program: Program; hash: string }> {
  const scope = new Scope();
  const outputs = build(scope);
  const { weights, hash } = await openWeights(paths, scope.registry, backend, aliases);
  return { program: await compile(outputs, { backend, weights, name }), hash };
}
