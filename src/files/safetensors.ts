// Reading safetensors: the header first, then any tensor by its byte range, from any source.
import { DriftfieldError, type Tensor } from "../core/index.ts";
import { bfloat16ToFloat32, float16ToFloat32 } from "./half.ts";
import { parseSafetensorsHeader, type SafetensorsEntry, type SafetensorsHeader } from "./safetensors-header.ts";
import { sha256 } from "./sha256.ts";
import type { ByteSource } from "./source.ts";

/** A safetensors file whose header has been read and found sound; its tensors stay where they are. */
export type SafetensorsFile = SafetensorsHeader & { readonly source: ByteSource; readonly dataOffset: number };

/** The reference implementation's limit on a header. */
const LARGEST_HEADER = 100_000_000;

/** What the first bytes of things often mistaken for safetensors mean. */
const MISTAKEN: readonly [start: string, what: string, hint: string][] = [
  ["version ", "a Git LFS pointer, not the file itself", "Run `git lfs pull` in the model's folder."],
  ["PK\u0003\u0004", "a zip archive (a PyTorch checkpoint?)", "Convert the checkpoint to safetensors with PyTorch."],
  ["<!", "an HTML page", "Download the file itself, not the page that shows it."],
  ["<html", "an HTML page", "Download the file itself, not the page that shows it."],
];

/**
 * Reads and checks the header; the tensors' bytes are not touched.
 * @throws DriftfieldError "invalid_file" naming the file, the tensor and what is wrong with it
 */
export async function readSafetensorsHeader(source: ByteSource): Promise<SafetensorsFile> {
  const start = await source.read(0, Math.min(8, source.size));
  const claimed = start.length === 8 ? new DataView(start.buffer).getBigUint64(0, true) : undefined;
  const limit = Math.min(LARGEST_HEADER, source.size - 8);
  if (claimed === undefined || claimed < 2n || claimed > BigInt(limit)) throw badLength(source, start, claimed);
  const json = await source.read(8, Number(claimed));
  return { source, dataOffset: 8 + json.length, ...parseSafetensorsHeader(json, source.size, source.name) };
}

function badLength(source: ByteSource, start: Uint8Array, claimed: bigint | undefined): DriftfieldError {
  const asText = String.fromCharCode(...start);
  const [, mistaken, remedy] = MISTAKEN.find(([prefix]) => asText.toLowerCase().startsWith(prefix.toLowerCase())) ?? [];
  const said = claimed === undefined ? "it has no header" : `its header claims ${claimed} bytes`;
  const what = mistaken === undefined ? `${said}, the file has ${source.size}` : `it is ${mistaken}`;
  return new DriftfieldError("invalid_file", `${source.name} isn't a whole safetensors file: ${what}`, {
    path: source.name,
    received: `${claimed ?? "no"} bytes of header in ${source.size} bytes of file`,
    expected: `a header of 2 to ${LARGEST_HEADER} bytes that the file holds`,
    hint: remedy ?? "Download or copy the file again; it is cut off or something else.",
  });
}

/** The entry of tensor `name`. Throws DriftfieldError "not_found". */
function entryOf(file: SafetensorsFile, name: string): SafetensorsEntry {
  const entry = file.tensors.get(name);
  if (entry !== undefined) return entry;
  throw new DriftfieldError("not_found", `${file.source.name} holds no tensor ${JSON.stringify(name)}`, {
    path: name,
    received: `${file.tensors.size} tensors, without this one`,
    expected: `a tensor named ${JSON.stringify(name)}`,
    hint: "Check that the file belongs to this model.",
  });
}

/** The bytes of one tensor as they lie in the file, in memory of the caller's own. */
export async function readRaw(file: SafetensorsFile, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const { offset, byteLength } = entryOf(file, name);
  return file.source.read(offset, byteLength);
}

/**
 * One tensor as float32: F32 as it is, F16 and BF16 exactly, F64 rounded.
 * @throws DriftfieldError "not_found" for an unknown name, "unsupported" for integers and booleans (see readRaw)
 */
export async function readTensor(file: SafetensorsFile, name: string): Promise<Tensor> {
  const { dtype, shape } = entryOf(file, name);
  const toFloat32 = TO_FLOAT32[dtype];
  if (toFloat32 === undefined) {
    throw new DriftfieldError("unsupported", `${file.source.name}, tensor ${JSON.stringify(name)} isn't of floats`, {
      path: name,
      received: dtype,
      expected: Object.keys(TO_FLOAT32).join(", "),
      hint: "Read its bytes with readRaw.",
    });
  }
  return { data: toFloat32((await readRaw(file, name)).buffer), shape };
}

const TO_FLOAT32: { [dtype: string]: ((bytes: ArrayBuffer) => Float32Array) | undefined } = {
  F32: (bytes) => new Float32Array(bytes),
  F16: (bytes) => float16ToFloat32(new Uint16Array(bytes)),
  BF16: (bytes) => bfloat16ToFloat32(new Uint16Array(bytes)),
  F64: (bytes) => Float32Array.from(new Float64Array(bytes)),
};

/**
 * Compares the data section with the `sha256` that our writer stores in the metadata: the one way to see a bit that
 * flipped in a number. Returns false when the file carries no such key (somebody else's file), true when it fits.
 * @throws DriftfieldError "invalid_file" when the bytes differ from those written
 */
export async function verifySafetensors(file: SafetensorsFile): Promise<boolean> {
  const expected = file.metadata.sha256;
  if (expected === undefined) return false;
  const found = await sha256(chunks(file));
  if (found === expected) return true;
  throw new DriftfieldError("invalid_file", `${file.source.name} is damaged: its numbers aren't those written`, {
    path: file.source.name,
    received: `sha256 ${found}`,
    expected: `sha256 ${expected}`,
    hint: "Get the file again (for a shipped model: install the package again).",
  });
}

async function* chunks({ source, dataOffset }: SafetensorsFile): AsyncGenerator<Uint8Array> {
  const step = 2 ** 24;
  for (let at = dataOffset; at < source.size; at += step) yield source.read(at, Math.min(step, source.size - at));
}
