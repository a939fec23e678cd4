// `driftfield inspect <folder>`: what a model is made of, how much memory it takes, and what it lacks. Weights are
// counted from their headers; not one tensor is read.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DriftfieldError } from "../core/index.ts";
import { fileSource, readJson, readSafetensorsHeader } from "../files/index.ts";
import { textTable } from "./table.ts";

/** One component: a folder with weights, or without (a tokenizer, a scheduler). */
export type Component = {
  name: string;
  class: string | null;
  tensors: number;
  parameters: number;
  /** Stored type to number of parameters. */
  dtypes: Record<string, number>;
  bytes: number;
};

export type ModelReport = { class: string | null; components: Component[]; missing: string[] };

const isWeights = (file: string): boolean => file.endsWith(".safetensors");

/** The files that hold a component's weights: all shards, but not the same weights again in another precision. */
function weightFiles(files: readonly string[]): string[] {
  const weights = files.filter(isWeights).toSorted();
  const plain = weights.filter((file) => !/\.(fp16|bf16|fp32|non_ema)[.-]/.test(file));
  return plain.length > 0 ? plain : weights;
}

const isSettings = (file: string): boolean => /config\.json$|^tokenizer|^vocab/.test(file);

/**
 * Looks into a model folder of the diffusers or the transformers layout.
 * @throws DriftfieldError "not_found" for a folder without a model, "invalid_file" for damaged files in it
 */
async function reportModel(folder: string): Promise<ModelReport> {
  const files = await readdir(folder);
  if (files.includes("model_index.json")) return reportPipeline(folder);
  if (files.includes("config.json")) {
    const component = await reportComponent(folder, ".", null);
    const missing = files.some(isWeights) ? [] : ["weights (*.safetensors)"];
    return { class: component.class, components: [component], missing };
  }
  throw new DriftfieldError("not_found", `${folder} holds no model`, {
    path: folder,
    received: files.slice(0, 5),
    expected: "a folder with model_index.json or config.json",
    hint: "Name the folder that holds model_index.json (a pipeline) or config.json (one model).",
  });
}

/** The report as JSON, or as a table for people. */
export async function inspectModel(folder: string, json: boolean): Promise<string> {
  const report = await reportModel(folder);
  const total = report.components.reduce((sum, { parameters }) => sum + parameters, 0);
  const memory = { float32: total * 4, float16: total * 2, int8: total };
  if (json) return JSON.stringify({ path: folder, ...report, parameters: total, memory });
  const rows = report.components.map(({ name, tensors, parameters, dtypes, bytes }) => [
    name,
    String(tensors),
    parameters.toLocaleString("en"),
    Object.keys(dtypes).join(", "),
    megabytes(bytes),
  ]);
  const table = textTable([["component", "tensors", "parameters", "stored as", "size"], ...rows]);
  const sizes = Object.entries(memory).map(([name, bytes]) => `${name} ${megabytes(bytes)}`);
  const missing = report.missing.length === 0 ? "nothing" : report.missing.join(", ");
  return `${folder}: ${report.class ?? "a model"}, ${total.toLocaleString("en")} parameters
${table}
memory: ${sizes.join(", ")}
missing: ${missing}`;
}

async function reportPipeline(folder: string): Promise<ModelReport> {
  const index = (await readJson(join(folder, "model_index.json"))) as Record<string, unknown>;
  const missing: string[] = [];
  const components: Component[] = [];
  for (const [name, value] of Object.entries(index)) {
    // A component is [library, class]; [null, null] says that there is none.
    if (!Array.isArray(value) || typeof value[1] !== "string") continue;
    const files = await readdir(join(folder, name)).catch(() => null);
    if (files === null) {
      missing.push(name);
      continue;
    }
    components.push(await reportComponent(join(folder, name), name, value[1]));
    if (!files.some(isSettings)) missing.push(`${name}/config.json`);
    if (files.includes("config.json") && !files.some(isWeights)) missing.push(`${name}/*.safetensors`);
  }
  return { class: typeof index._class_name === "string" ? index._class_name : null, components, missing };
}

async function reportComponent(folder: string, name: string, className: string | null): Promise<Component> {
  const files = await readdir(folder);
  const config = files.includes("config.json")
    ? ((await readJson(join(folder, "config.json"))) as Record<string, unknown>)
    : {};
  const named = Array.isArray(config.architectures) ? config.architectures[0] : config._class_name;
  const component: Component = {
    name,
    class: className ?? (typeof named === "string" ? named : null),
    tensors: 0,
    parameters: 0,
    dtypes: {},
    bytes: 0,
  };
  for (const file of weightFiles(files)) await count(join(folder, file), component);
  return component;
}

async function count(path: string, component: Component): Promise<void> {
  const source = await fileSource(path);
  try {
    const { tensors } = await readSafetensorsHeader(source);
    for (const { dtype, shape, byteLength } of tensors.values()) {
      const size = shape.reduce((product, dim) => product * dim, 1);
      component.tensors++;
      component.parameters += size;
      component.bytes += byteLength;
      component.dtypes[dtype] = (component.dtypes[dtype] ?? 0) + size;
    }
  } finally {
    await source.close();
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
