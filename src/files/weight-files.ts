// Which files hold a component's tensors: one safetensors file, or several with an index, plain or of a variant
// (fp16, ema ...). Pickled files are refused: to open one is to run a program that it carries.
import { DriftfieldError } from "../core/index.ts";
import type { ModelFolder } from "./folder.ts";
import { readJsonFrom } from "./json-file.ts";

/** diffusers' name for a component's weights, and transformers'. */
const STEMS = ["diffusion_pytorch_model", "model"];
/** Full numbers first, so that nothing is lost that is there; then what halves keep of them. */
const VARIANTS = ["", "fp32", "non_ema", "ema", "bf16", "fp16"];

/** The files, relative to the model's folder, and the variant that they are ("" is the plain one). */
export type WeightFileNames = { files: string[]; variant: string };

/**
 * Finds the files of `component` ("" where the model is the folder itself).
 * @param variant the one to take; else the plain files, or the most precise variant that is there
 * @throws DriftfieldError "not_found" (no weights, no such variant), "unsupported" (pickled files, other frameworks'),
 *   "invalid_file" (a broken index, or one that names a file elsewhere)
 */
export async function findWeightFiles(
  folder: ModelFolder,
  component: string,
  variant?: string,
): Promise<WeightFileNames> {
  const names = folder.list ? await folder.list(component) : await namesFound(folder, component, variant);
  const found = names.map(weightsNamed).filter((weights) => weights !== undefined);
  if (found.length === 0) throw noWeights(folder, component, names);
  const wanted = variant ?? byPrecision(found.map((weights) => weights.variant))[0];
  // An index says which files belong together, so it goes before a whole file that may be left from before.
  const [chosen] = found
    .filter((weights) => weights.variant === wanted)
    .toSorted((a, b) => STEMS.indexOf(a.stem) - STEMS.indexOf(b.stem) || Number(b.isIndex) - Number(a.isIndex));
  if (chosen === undefined) throw noVariant(folder, component, wanted, found);
  const at = (name: string) => (component === "" ? name : `${component}/${name}`);
  const files = chosen.isIndex ? await filesOfIndex(folder, at(chosen.name)) : [chosen.name];
  return { files: files.map(at), variant: wanted };
}

type Named = { name: string; stem: string; variant: string; isIndex: boolean };

function weightsNamed(name: string): Named | undefined {
  const whole = /^(\w+?)(?:\.([\w-]+?))?\.safetensors$/.exec(name);
  if (whole && STEMS.includes(whole[1]) && !/-\d+-of-\d+$/.test(whole[2] ?? "")) {
    return { name, stem: whole[1], variant: whole[2] ?? "", isIndex: false };
  }
  const index = /^(\w+)\.safetensors\.index(?:\.([\w-]+))?\.json$/.exec(name);
  if (!index || !STEMS.includes(index[1])) return undefined;
  return { name, stem: index[1], variant: index[2] ?? "", isIndex: true };
}

function byPrecision(variants: readonly string[]): string[] {
  const rank = (variant: string) => (VARIANTS.includes(variant) ? VARIANTS.indexOf(variant) : VARIANTS.length);
  return [...new Set(variants)].toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** Of a server's folder, the names that might be there and are. */
async function namesFound(folder: ModelFolder, component: string, wanted: string | undefined): Promise<string[]> {
  const found: string[] = [];
  for (const variant of wanted === undefined ? VARIANTS : [wanted, ...VARIANTS]) {
    const dotted = variant === "" ? "" : `.${variant}`;
    for (const stem of STEMS) {
      for (const name of [`${stem}.safetensors.index${dotted}.json`, `${stem}${dotted}.safetensors`]) {
        if (await folder.has(component === "" ? name : `${component}/${name}`)) found.push(name);
      }
    }
    if (found.length > 0) break;
  }
  return found;
}

/** The files that an index lists. Each must lie beside it. */
async function filesOfIndex(folder: ModelFolder, index: string): Promise<string[]> {
  const source = await folder.open(index);
  try {
    const json = await readJsonFrom(source);
    const map = (json as { weight_map?: unknown } | null)?.weight_map;
    const isMap = typeof map === "object" && map !== null && !Array.isArray(map);
    const files = isMap ? [...new Set(Object.values(map))] : [];
    if (files.length === 0 || files.some((file) => typeof file !== "string")) throw badIndex(source.name);
    for (const file of files as string[]) {
      if (/[/\\\0]/.test(file) || !file.endsWith(".safetensors")) throw elsewhere(source.name, file);
    }
    return files as string[];
  } finally {
    await source.close();
  }
}

function badIndex(path: string): DriftfieldError {
  return new DriftfieldError("invalid_file", `${path} isn't an index of safetensors files`, {
    path,
    expected: "an object weight_map, from tensors' names to files' names",
    hint: "Download the model again, whole.",
  });
}

function elsewhere(index: string, file: string): DriftfieldError {
  return new DriftfieldError("invalid_file", `${index} names ${JSON.stringify(file)}, no safetensors file beside it`, {
    path: index,
    received: file,
    expected: "names of .safetensors files in the same folder",
    hint: "Don't trust this model, or download it again.",
  });
}

function noVariant(folder: ModelFolder, component: string, wanted: string, found: readonly Named[]): DriftfieldError {
  const there = byPrecision(found.map(({ variant }) => variant)).map((variant) => variant || "the plain one");
  return new DriftfieldError("not_found", `${placeOf(folder, component)} has no variant ${JSON.stringify(wanted)}`, {
    path: "variant",
    received: wanted,
    expected: `one of ${there.join(", ")}`,
    hint: `Leave the variant out, or take ${there.join(" or ")}.`,
  });
}

const placeOf = ({ name }: ModelFolder, component: string): string => (component === "" ? name : `${name}/${component}`);

function noWeights(folder: ModelFolder, component: string, names: readonly string[]): DriftfieldError {
  const place = placeOf(folder, component);
  const pickled = names.find((name) => /\.(bin|ckpt|pt|pth|pkl|pickle)$/i.test(name));
  const expected = `${STEMS.join(".safetensors or ")}.safetensors, or an index of several`;
  if (pickled !== undefined) {
    const why = "it is a Python pickle, and to open one runs whatever program it carries";
    return new DriftfieldError("unsupported", `${place}/${pickled} isn't read: ${why}`, {
      path: pickled,
      received: pickled,
      expected,
      hint: "Download the model's safetensors files, or convert it in Python: pipe.save_pretrained(folder).",
    });
  }
  const foreign = names.find((name) => /\.(msgpack|h5|onnx|gguf|tflite|xml)$/i.test(name));
  if (foreign !== undefined) {
    return new DriftfieldError("unsupported", `${place} has weights of another framework (${foreign})`, {
      path: foreign,
      received: foreign,
      expected,
      hint: "Download the model's safetensors files.",
    });
  }
  return new DriftfieldError("not_found", `${place} holds no weights`, {
    path: component === "" ? "." : component,
    received: names.slice(0, 5),
    expected,
    hint: "Download the model again, whole.",
  });
}
