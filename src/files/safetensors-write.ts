// Writing safetensors: the same tensors give the same bytes, with a checksum of the numbers in the metadata.
import { DriftfieldError, sizeOf } from "../core/index.ts";
import { writeFileAtomic } from "./atomic.ts";
import { float32ToBfloat16, float32ToFloat16 } from "./half.ts";
import { DTYPE_BYTES, RESERVED_NAMES, type SafetensorsDtype } from "./safetensors-header.ts";
import { sha256 } from "./sha256.ts";

type NumberArray =
  | Float32Array | Float64Array | Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array
  | BigInt64Array | BigUint64Array;

/** A tensor to store. A Float32Array becomes F32 (default), F16 or BF16; a Uint16Array may hold 16-bit floats' bits. */
export type TensorToWrite = {
  name: string;
  shape: readonly number[];
  data: NumberArray;
  dtype?: SafetensorsDtype;
};

/** What each kind of array is stored as unless `dtype` says otherwise. */
const NATURAL_DTYPE: readonly [kind: new () => NumberArray, dtype: SafetensorsDtype][] = [
  [Float32Array, "F32"], [Float64Array, "F64"], [Uint8Array, "U8"], [Int8Array, "I8"], [Uint16Array, "U16"],
  [Int16Array, "I16"], [Uint32Array, "U32"], [Int32Array, "I32"], [BigInt64Array, "I64"], [BigUint64Array, "U64"],
];

/**
 * Stores tensors at `path`, atomically, with the sha256 of the data section in the metadata (see verifySafetensors).
 * Wider types come first, then names in order, so that every tensor is aligned to its own element.
 * @throws DriftfieldError "not_writable", "shape_mismatch", "invalid_option" (a name twice or reserved, a dtype that
 *   the data can't be stored as)
 */
export async function writeSafetensors(
  path: string,
  tensors: Iterable<TensorToWrite>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  await writeFileAtomic(path, await layOut(tensors, metadata));
}

/** The same in memory: the bytes of the file. */
export async function encodeSafetensors(
  tensors: Iterable<TensorToWrite>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const parts = await layOut(tensors, metadata);
  const file = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

/** The header and the tensors' bytes, in the file's order. */
async function layOut(tensors: Iterable<TensorToWrite>, metadata: Readonly<Record<string, string>>) {
  const stored = Array.from(tensors, store).sort(
    (a, b) => DTYPE_BYTES[b.dtype] - DTYPE_BYTES[a.dtype] || (a.name < b.name ? -1 : 1),
  );
  const names = new Set<string>();
  const entries: [string, unknown][] = [];
  let at = 0;
  for (const { name, dtype, shape, bytes } of stored) {
    if (names.has(name) || RESERVED_NAMES.has(name)) throw badName(name, names.has(name));
    names.add(name);
    entries.push([name, { dtype, shape, data_offsets: [at, at + bytes.length] }]);
    at += bytes.length;
  }
  const parts = stored.map(({ bytes }) => bytes);
  const described = Object.entries({ ...metadata, sha256: await sha256(parts) }).sort(([a], [b]) => (a < b ? -1 : 1));
  return [encodeHeader([["__metadata__", Object.fromEntries(described)], ...entries]), ...parts];
}

/** Length, JSON and spaces up to a multiple of 8. Keys that look like numbers must keep their place, so no object. */
function encodeHeader(entries: [string, unknown][]): Uint8Array {
  const json = `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",")}}`;
  const text = new TextEncoder().encode(json);
  const header = new Uint8Array(8 + Math.ceil(text.length / 8) * 8).fill(0x20);
  header.set(text, 8);
  new DataView(header.buffer).setBigUint64(0, BigInt(header.length - 8), true);
  return header;
}

function store({ name, shape, data, dtype }: TensorToWrite) {
  if (data.length !== sizeOf(shape) || shape.some((dim) => !Number.isSafeInteger(dim) || dim < 0)) {
    throw new DriftfieldError("shape_mismatch", `tensor ${JSON.stringify(name)}: its data don't fill its shape`, {
      path: name,
      received: `${data.length} numbers`,
      expected: `${sizeOf(shape)} numbers for shape [${shape}]`,
      hint: "Pass the shape that the data have.",
    });
  }
  const natural = NATURAL_DTYPE.find(([kind]) => data instanceof kind)?.[1];
  const wanted = dtype ?? natural;
  const values = wanted === natural || wanted === undefined ? data : convert(data, wanted);
  if (values === undefined || wanted === undefined) {
    throw new DriftfieldError("invalid_option", `tensor ${JSON.stringify(name)} can't be stored as ${dtype}`, {
      path: name,
      received: `${data.constructor.name} as ${dtype}`,
      expected: "float32 as F32, F16, BF16; Uint16Array as U16, F16, BF16; Uint8Array as U8, BOOL, F8; the rest as is",
      hint: "Leave dtype out, or convert the data first.",
    });
  }
  return { name, dtype: wanted, shape, bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
}

function convert(data: NumberArray, dtype: SafetensorsDtype): NumberArray | undefined {
  if (data instanceof Float32Array && dtype === "F16") return float32ToFloat16(data);
  if (data instanceof Float32Array && dtype === "BF16") return float32ToBfloat16(data);
  if (data instanceof Uint16Array && (dtype === "F16" || dtype === "BF16")) return data;
  if (data instanceof Uint8Array && (dtype === "BOOL" || dtype.startsWith("F8"))) return data;
  return undefined;
}

function badName(name: string, twice: boolean): DriftfieldError {
  const what = twice ? "appears twice" : "is reserved";
  return new DriftfieldError("invalid_option", `the tensor name ${JSON.stringify(name)} ${what}`, {
    path: name,
    received: name,
    expected: "names that differ from each other, __metadata__ and __proto__",
    hint: "Rename the tensor.",
  });
}
