// `driftfield inspect <folder>`: what a model is made of, how much memory it takes, and what it lacks. Weights are
// counted from their headers; not one tensor is read.
import { readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { DriftfieldError } from "../core/index.ts";
import { type ComponentWeights, diskFolder, openComponentWeights, readJson } from "../files/index.ts";
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

export type ModelReport = {
  class: string | null;
  components: Component[];
  /** What the model needs and hasn't got, or has in a form that can't be read. */
  missing: string[];
  /** Weights that nothing reads: other variants, other programs' forms. */
  superfluous: string[];
};

/** Files that hold weights in any form, ours or another program's. */
const isWeights = (file: string): boolean => /\.(safetensors|bin|ckpt|pt|pth|msgpack|h5|onnx|gguf)$/.test(file);

const isSettings = (file: string): boolean => /config\.json$|^tokenizer|^vocab/.test(file);

/**
 * Looks into a model folder of the diffusers or the transformers layout.
 * @throws DriftfieldError "not_found" for a folder without a model, "invalid_file" for damaged files in it
 */
async function reportModel(folder: string): Promise<ModelReport> {
  const files = await readdir(folder);
  if (files.includes("model_index.json")) return reportPipeline(folder);
  if (files.includes("config.json")) {
    const report: ModelReport = { class: null, components: [], missing: [], superfluous: [] };
    await addComponent(report, folder, "", null, files);
    return { ...report, class: report.components[0].class };
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
  const said = (what: readonly string[]) => (what.length === 0 ? "nothing" : what.join(", "));
  const largest = Math.max(...report.components.map(({ parameters }) => parameters)) * 4;
  return `${folder}: ${report.class ?? "a model"}, ${total.toLocaleString("en")} parameters
${table}
memory: ${sizes.join(", ")}; ${megabytes(largest)} with one component at a time
missing: ${said(report.missing)}
superfluous: ${said(report.superfluous)}`;
}

async function reportPipeline(folder: string): Promise<ModelReport> {
  const index = (await readJson(join(folder, "model_index.json"))) as Record<string, unknown>;
  const { _class_name } = index;
  const className = typeof _class_name === "string" ? _class_name : null;
  const report: ModelReport = { class: className, components: [], missing: [], superfluous: [] };
  for (const [name, value] of Object.entries(index)) {
    // A component is [library, class]; [null, null] says that there is none.
    if (!Array.isArray(value) || typeof value[1] !== "string") continue;
    const files = await readdir(join(folder, name)).catch(() => null);
    if (files === null) report.missing.push(name);
    else await addComponent(report, folder, name, value[1], files);
  }
  return report;
}

/** Counts the component `name` ("": the folder itself), and what it lacks or has too much of. */
async function addComponent(
  report: ModelReport,
  folder: string,
  name: string,
  className: string | null,
  files: readonly string[],
): Promise<void> {
  const at = (file: string) => (name === "" ? file : `${name}/${file}`);
  const config = files.includes("config.json")
    ? ((await readJson(join(folder, at("config.json")))) as Record<string, unknown>)
    : {};
  const named = Array.isArray(config.architectures) ? config.architectures[0] : config._class_name;
  const component: Component = {
    name: name === "" ? "." : name,
    class: className ?? (typeof named === "string" ? named : null),
    tensors: 0,
    parameters: 0,
    dtypes: {},
    bytes: 0,
  };
  report.components.push(component);
  if (!files.some(isSettings)) report.missing.push(at("config.json"));
  if (!files.includes("config.json")) return;
  const weights = files.filter(isWeights);
  if (weights.length === 0) {
    report.missing.push(at("*.safetensors"));
    return;
  }
  try {
    const found = await openComponentWeights(diskFolder(folder), name);
    await found.close();
    count(found, component);
    const used = new Set([...found.tensors.values()].map(({ file }) => file.source.name));
    const real = await Promise.all(weights.map((file) => realpath(join(folder, at(file)))));
    report.superfluous.push(...weights.filter((_, i) => !used.has(real[i])).map(at));
  } catch (error) {
    const isForeign = error instanceof DriftfieldError && error.code === "unsupported";
    if (!isForeign) throw error;
    report.missing.push(`${at("*.safetensors")} (${error.message.replace(/^.*? isn't read: /, "")})`);
    report.superfluous.push(...weights.map(at));
  }
}

function count({ tensors }: ComponentWeights, component: Component): void {
  for (const { entry } of tensors.values()) {
    const size = entry.shape.reduce((product, dim) => product * dim, 1);
    component.tensors++;
    component.parameters += size;
    component.bytes += entry.byteLength;
    component.dtypes[entry.dtype] = (component.dtypes[entry.dtype] ?? 0) + size;
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
