// A safetensors file as a graph's weights: ranges of the file where the engine maps it, bytes where it doesn't.
import { DriftfieldError } from "../core/index.ts";
import { readRaw, readTensor, withSafetensors } from "../files/index.ts";
import type { DType } from "../graph/index.ts";
import type { Registry } from "../nn/index.ts";
import type { Backend, Weight, Weights } from "../runtime/index.ts";

const dtypes: Readonly<Record<string, DType>> = { F32: "float32", F16: "float16", BF16: "bfloat16" };

/** The names under which a slot's tensor may lie in a file, the likeliest first. */
export type Aliases = (slot: string) => readonly string[];

/**
 * Opens the weights in `paths` (several where a checkpoint is cut into shards) for `backend`, checked against the slots
 * that the model asks for: a missing or misshapen tensor is an error before anything is compiled. A file's checksum,
 * where it has one, is verified; `hash` is made of them.
 */
export async function openWeights(
  paths: string | readonly string[],
  registry: Registry,
  backend: Backend,
  aliases: Aliases = (slot) => [slot],
): Promise<{ weights: Weights; hash: string }> {
  const weights = new Map<string, Weight>();
  const hashes: string[] = [];
  const files = typeof paths === "string" ? [paths] : paths;
  for (const path of files) {
    await withSafetensors(path, async (file) => {
      hashes.push(file.metadata["sha256"] ?? "");
      for (const [slot, { shape }] of registry) {
        const name = weights.has(slot) ? undefined : aliases(slot).find((alias) => file.tensors.has(alias));
        if (name === undefined) continue;
        const entry = file.tensors.get(name)!;
        if (String(entry.shape) !== String(shape)) throw misfit(path, name, shape, entry.shape);
        const dtype = dtypes[entry.dtype];
        if (dtype === undefined) throw unknownType(path, name, entry.dtype);
        const content = backend.mapsFiles
          ? { path, offset: entry.offset, length: entry.byteLength }
          : await readRaw(file, name);
        weights.set(slot, { dtype, shape, content });
      }
    });
  }
  const missing = [...registry].find(([slot]) => !weights.has(slot));
  if (missing) throw misfit(files.join(", "), aliases(missing[0])[0], missing[1].shape);
  return { weights, hash: hashes.length === 1 ? hashes[0] : hashes.join(" ") };
}

function misfit(path: string, name: string, wanted: readonly number[], found?: readonly number[]): DriftfieldError {
  return new DriftfieldError("shape_mismatch", `${path}: the tensor ${name} is ${found ? `[${found}]` : "missing"}`, {
    path: name,
    received: found ? `[${found}]` : "nothing",
    expected: `[${wanted}]`,
    hint: "the weights and the config.json beside them must be of the same model",
  });
}

function unknownType(path: string, name: string, dtype: string): DriftfieldError {
  return new DriftfieldError("unsupported", `${path}: ${name} is stored as ${dtype}`, {
    path: name,
    received: dtype,
    expected: Object.keys(dtypes).join(", "),
    hint: "convert it to one of these",
  });
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
