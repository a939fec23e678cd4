// A component's tensors as a graph's weights: ranges of its files where the engine maps them, bytes where it doesn't.
import { DriftfieldError, sizeOf } from "../core/index.ts";
import { type ComponentWeights, readRaw, readTensor, withSafetensors } from "../files/index.ts";
import type { DType } from "../graph/index.ts";
import type { Registry } from "../nn/index.ts";
import type { Backend, Weight, Weights } from "../runtime/index.ts";

const dtypes: Readonly<Record<string, DType>> = { F32: "float32", F16: "float16", BF16: "bfloat16" };

/** A slot's stored tensor: "w@1/2" is the second half of the rows of "w". */
export function storedTensor(slot: string): { name: string; part: number; parts: number } {
  const [, name, part, parts] = /^(.*)@(\d+)\/(\d+)$/.exec(slot) ?? [slot, slot, "0", "1"];
  return { name, part: Number(part), parts: Number(parts) };
}

/** The names under which a slot's tensor may lie in a file, the likeliest first. */
export type Aliases = (slot: string) => readonly string[];

const ownName: Aliases = (slot) => [slot];

/**
 * The slots of `registry` bound to the tensors of `files`, each under the first of its aliases that is there.
 * @throws DriftfieldError "shape_mismatch" (missing, or another shape), "unsupported" (a type that isn't of floats)
 */
export async function bindWeights(
  files: ComponentWeights,
  registry: Registry,
  backend: Backend,
  aliases: Aliases = ownName,
): Promise<Weights> {
  const placed = [...registry].map(([slot, { shape }]) => ({ slot, shape, ...checkSlot(files, slot, shape, aliases) }));
  const weights = new Map<string, Weight>();
  for (const { slot, shape, stored, file, entry, part, parts } of placed) {
    const path = file.source.filePath;
    const length = entry.byteLength / parts;
    const content =
      backend.mapsFiles && path !== undefined
        ? { path, offset: entry.offset + part * length, length }
        : (await readRaw(file, stored)).subarray(part * length, (part + 1) * length);
    weights.set(slot, { dtype: dtypes[entry.dtype], shape, content });
  }
  return weights;
}

/** A slot's tensor in `files`, if it is there, and the shape that it must have. */
function lookUp(files: ComponentWeights, slot: string, shape: readonly number[], aliases: Aliases) {
  const { name, part, parts } = storedTensor(slot);
  const names = aliases(name);
  const stored = names.find((alias) => files.tensors.has(alias)) ?? names[0];
  const whole = shape.map((dim, axis) => (axis === 0 ? dim * parts : dim));
  return { stored, part, parts, whole, found: files.tensors.get(stored) };
}

function checkSlot(files: ComponentWeights, slot: string, shape: readonly number[], aliases: Aliases) {
  const { stored, part, parts, whole, found } = lookUp(files, slot, shape, aliases);
  if (found === undefined || !holdsSame(found.entry.shape, whole)) {
    const what = found ? `[${found.entry.shape}]` : "missing";
    throw new DriftfieldError("shape_mismatch", `${files.name}: the tensor ${stored} is ${what}`, {
      path: stored,
      received: found ? `[${found.entry.shape}]` : "nothing",
      expected: `[${whole}]`,
      hint: "the weights and the config.json beside them must be of the same model",
    });
  }
  const { dtype } = found.entry;
  if (dtypes[dtype] === undefined) {
    throw new DriftfieldError("unsupported", `${files.name}: ${stored} is stored as ${dtype}`, {
      path: stored,
      received: dtype,
      expected: Object.keys(dtypes).join(", "),
      hint: "convert it to one of these",
    });
  }
  return { ...found, stored, part, parts };
}

/** Throws as `bindWeights` does, and reads nothing. */
export function checkWeights(files: ComponentWeights, registry: Registry, aliases: Aliases = ownName): void {
  for (const [slot, { shape }] of registry) checkSlot(files, slot, shape, aliases);
}

/** How a component's files differ from what its graphs ask for; names of tensors as they are stored. */
export type TensorReport = {
  missing: { name: string; shape: readonly number[] }[];
  /** Of another shape, or of a type that isn't of floats. */
  wrong: { name: string; dtype: string; shape: readonly number[]; expected: readonly number[] }[];
  /** What no graph reads. */
  superfluous: string[];
};

/** Compares all slots with all tensors, by their headers alone. */
export function compareTensors(
  files: ComponentWeights,
  registry: Registry,
  aliases: Aliases = ownName,
): TensorReport {
  const missing = new Map<string, readonly number[]>();
  const wrong = new Map<string, TensorReport["wrong"][number]>();
  const used = new Set<string>();
  for (const [slot, { shape }] of registry) {
    const { stored: name, whole: expected, found } = lookUp(files, slot, shape, aliases);
    used.add(name);
    if (found === undefined) missing.set(name, expected);
    else if (!holdsSame(found.entry.shape, expected) || dtypes[found.entry.dtype] === undefined) {
      wrong.set(name, { name, dtype: found.entry.dtype, shape: found.entry.shape, expected });
    }
  }
  return {
    missing: [...missing].map(([name, shape]) => ({ name, shape })),
    wrong: [...wrong.values()],
    superfluous: [...files.tensors.keys()].filter((name) => !used.has(name)),
  };
}

/** The same numbers in the same order: a linear layer is also stored as a convolution of one place, and back. */
function holdsSame(stored: readonly number[], wanted: readonly number[]): boolean {
  const plain = (shape: readonly number[]) => String(shape).replace(/(,1)+$/, "");
  return plain(stored) === plain(wanted) && sizeOf(stored) === sizeOf(wanted);
}

/** The same as float32 in memory: for weights that a training graph uses over and over. */
export async function readWeights(path: string, registry: Registry): Promise<Weights> {
  return withSafetensors(path, async (file) => {
    const weights = new Map<string, Weight>();
    for (const [name, { shape }] of registry) {
      const { data } = await readTensor(file, name);
      weights.set(name, {
        dtype: "float32",
        shape,
        content: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      });
    }
    return weights;
  });
}
