// A safetensors file as a graph's weights: ranges of the file where the engine maps it, bytes where it doesn't.
import { DriftfieldError } from "../core/index.ts";
import { readRaw, readTensor, withSafetensors } from "../files/index.ts";
import type { DType } from "../graph/index.ts";
import type { Registry } from "../nn/index.ts";
import type { Backend, Weight, Weights } from "../runtime/index.ts";

const dtypes: Readonly<Record<string, DType>> = { F32: "float32", F16: "float16", BF16: "bfloat16" };

/**
 * Opens the weights in `path` for `backend`, checked against the slots that the model asks for: a missing or misshapen
 * tensor is an error before anything is compiled. The file's checksum, where it has one, is verified.
 */
export async function openWeights(
  path: string,
  registry: Registry,
  backend: Backend,
): Promise<{ weights: Weights; hash: string }> {
  return withSafetensors(path, async (file) => {
    const weights = new Map<string, Weight>();
    for (const [name, { shape }] of registry) {
      const entry = file.tensors.get(name);
      if (entry === undefined || String(entry.shape) !== String(shape)) {
        throw new DriftfieldError(
          "shape_mismatch",
          `${path}: the tensor ${name} is ${entry ? `[${entry.shape}]` : "missing"}`,
          {
            path: name,
            received: entry ? `[${entry.shape}]` : "nothing",
            expected: `[${shape}]`,
            hint: "the weights and the config.json beside them must be of the same model",
          },
        );
      }
      const dtype = dtypes[entry.dtype];
      if (dtype === undefined) {
        throw new DriftfieldError("unsupported", `${path}: ${name} is stored as ${entry.dtype}`, {
          path: name,
          received: entry.dtype,
          expected: Object.keys(dtypes).join(", "),
          hint: "convert it to one of these",
        });
      }
      const content = backend.mapsFiles
        ? { path, offset: entry.offset, length: entry.byteLength }
        : await readRaw(file, name);
      weights.set(name, { dtype, shape, content });
    }
    return { weights, hash: file.metadata["sha256"] ?? "" };
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
