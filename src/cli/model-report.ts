// What a model folder is made of, and what it lacks: components, tensors by name and shape. Weights are judged by their
// headers; not one tensor is read.
import { readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { DriftfieldError, sizeOf } from "../core/index.ts";
import { type ComponentWeights, diskFolder, openComponentWeights, readJson, subFolder } from "../files/index.ts";
import { expectedTensors } from "../models/expected.ts";
import { compareTensors } from "../models/weights.ts";

/** One component: a folder with weights, or without (a tokenizer, a scheduler). */
export type Component = {
  name: string;
  class: string | null;
  /** The variant that its weights are: "" for the plain one. */
  variant: string;
  tensors: number;
  parameters: number;
  /** Stored type to number of parameters. */
  dtypes: Record<string, number>;
  bytes: number;
  /** Whether its tensors were compared with what its config asks for. */
  compared: boolean;
};

export type ModelReport = {
  class: string | null;
  components: Component[];
  /** What the model needs and hasn't got, or has in a form that can't be read: components, files, tensors. */
  missing: string[];
  /** Tensors of another shape or type than the config asks for. */
  wrong: string[];
  /** What nothing reads: tensors that no config asks for, other variants, other programs' forms. */
  superfluous: string[];
  /** Why a component's tensors couldn't be compared. */
  notes: string[];
};

/** Files that hold weights in any form, ours or another program's. */
const isWeights = (file: string): boolean => /\.(safetensors|bin|ckpt|pt|pth|msgpack|h5|onnx|gguf)$/.test(file);

const isSettings = (file: string): boolean => /config\.json$|^tokenizer|^vocab/.test(file);

/**
 * Looks into a model folder of the diffusers or the transformers layout; `variant` says which of its weights.
 * @throws DriftfieldError "not_found" for a folder without a model or without the variant, "invalid_file" for damaged
 *   files in it
 */
export async function reportModel(folder: string, variant?: string): Promise<ModelReport> {
  const files = await readdir(folder);
  const report: ModelReport = { class: null, components: [], missing: [], wrong: [], superfluous: [], notes: [] };
  if (files.includes("model_index.json")) await addPipeline(report, folder, variant);
  else if (files.includes("config.json")) {
    await addComponent(report, { folder, name: "", className: null, files, variant });
    report.class = report.components[0].class;
  } else {
    throw new DriftfieldError("not_found", `${folder} holds no model`, {
      path: folder,
      received: files.slice(0, 5),
      expected: "a folder with model_index.json or config.json",
      hint: "Name the folder that holds model_index.json (a pipeline) or config.json (one model).",
    });
  }
  return report;
}

async function addPipeline(report: ModelReport, folder: string, variant: string | undefined): Promise<void> {
  const index = (await readJson(join(folder, "model_index.json"))) as Record<string, unknown>;
  const { _class_name: named } = index;
  report.class = typeof named === "string" ? named : null;
  for (const [name, value] of Object.entries(index)) {
    // A component is [library, class]; [null, null] says that there is none.
    if (!Array.isArray(value) || typeof value[1] !== "string") continue;
    const files = await readdir(join(folder, name)).catch(() => null);
    if (files === null) report.missing.push(name);
    else await addComponent(report, { folder, name, className: value[1], files, variant });
  }
}

type Found = {
  folder: string;
  /** "" where the folder itself is the component. */
  name: string;
  className: string | null;
  files: readonly string[];
  variant: string | undefined;
};

/** Counts a component, and what it lacks or has too much of. */
async function addComponent(report: ModelReport, found: Found): Promise<void> {
  const { folder, name, files, variant } = found;
  const at = (file: string) => (name === "" ? file : `${name}/${file}`);
  const config = files.includes("config.json")
    ? ((await readJson(join(folder, at("config.json")))) as Record<string, unknown>)
    : {};
  const named = Array.isArray(config.architectures) ? config.architectures[0] : config._class_name;
  const component: Component = {
    name: name === "" ? "." : name,
    class: found.className ?? (typeof named === "string" ? named : null),
    variant: "",
    tensors: 0,
    parameters: 0,
    dtypes: {},
    bytes: 0,
    compared: false,
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
    const opened = await openComponentWeights(diskFolder(folder), name, variant);
    await opened.close();
    count(opened, component);
    const used = new Set([...opened.tensors.values()].map(({ file }) => file.source.name));
    const real = await Promise.all(weights.map((file) => realpath(join(folder, at(file)))));
    report.superfluous.push(...weights.filter((_, i) => !used.has(real[i])).map(at));
    await compare(report, found, component, opened);
  } catch (error) {
    const isForeign = error instanceof DriftfieldError && error.code === "unsupported";
    if (!isForeign) throw error;
    report.missing.push(`${at("*.safetensors")} (${error.message.replace(/^.*? isn't read: /, "")})`);
    report.superfluous.push(...weights.map(at));
  }
}

/** Adds the tensors that the config asks for and the files lack, and those that no config asks for. */
async function compare(
  report: ModelReport,
  { folder, name }: Found,
  component: Component,
  opened: ComponentWeights,
): Promise<void> {
  const place = name === "" ? diskFolder(folder) : subFolder(diskFolder(folder), name);
  const tensor = (stored: string) => (name === "" ? stored : `${name}: ${stored}`);
  const className = component.class ?? "a class that its config doesn't name";
  try {
    const expected = await expectedTensors(place, className);
    if (expected === undefined) {
      report.notes.push(`${component.name}: nothing here is built of ${className}, so its tensors weren't compared`);
      return;
    }
    const { missing, wrong, superfluous } = compareTensors(opened, expected.registry, expected.aliases);
    report.missing.push(...missing.map(({ name: stored, shape }) => `${tensor(stored)} [${shape}]`));
    report.wrong.push(
      ...wrong.map(
        ({ name: stored, dtype, shape, expected: wanted }) =>
          `${tensor(stored)} is ${dtype} [${shape}], the config asks for [${wanted}]`,
      ),
    );
    report.superfluous.push(...superfluous.map(tensor));
    component.compared = true;
  } catch (error) {
    if (!(error instanceof DriftfieldError)) throw error;
    report.notes.push(`${component.name}: ${error.message}: its tensors weren't compared`);
  }
}

function count({ tensors, variant }: ComponentWeights, component: Component): void {
  component.variant = variant;
  for (const { entry } of tensors.values()) {
    const size = sizeOf(entry.shape);
    component.tensors++;
    component.parameters += size;
    component.bytes += entry.byteLength;
    component.dtypes[entry.dtype] = (component.dtypes[entry.dtype] ?? 0) + size;
  }
}
