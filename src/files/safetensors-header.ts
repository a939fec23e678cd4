// What a safetensors header claims, checked before anything is believed: the file comes from anywhere.
// Format: 8 bytes little-endian length N, N bytes of JSON, then the tensors' bytes (huggingface/safetensors README).
import { DriftfieldError } from "../core/index.ts";
import { findJsonProblem } from "./json-scan.ts";

/** Bytes of one element, by the format's name of the type. */
export const DTYPE_BYTES = {
  BOOL: 1, U8: 1, I8: 1, F8_E4M3: 1, F8_E5M2: 1,
  U16: 2, I16: 2, F16: 2, BF16: 2,
  U32: 4, I32: 4, F32: 4,
  U64: 8, I64: 8, F64: 8,
} as const;

export type SafetensorsDtype = keyof typeof DTYPE_BYTES;

/** Where one tensor lies: `offset` counts from the start of the file. */
export type SafetensorsEntry = {
  dtype: SafetensorsDtype;
  shape: readonly number[];
  offset: number;
  byteLength: number;
};

export type SafetensorsHeader = { metadata: Record<string, string>; tensors: Map<string, SafetensorsEntry> };

/** Names that no tensor can have: the format's own, and one that would reach into JavaScript's objects. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set(["__metadata__", "__proto__"]);

const HINT = "Download or copy the file again, or ask whoever made it; it isn't a sound safetensors file.";

function invalid(file: string, what: string, tensor: string | undefined, received: unknown, expected: string) {
  const where = tensor === undefined ? file : `${file}, tensor ${JSON.stringify(tensor)}`;
  const path = tensor ?? file;
  return new DriftfieldError("invalid_file", `${where}: ${what}`, { path, received, expected, hint: HINT });
}

/**
 * Parses the JSON of a header and checks every claim in it: types, whole dimensions, byte ranges that fit shape and
 * type, follow each other without gap or overlap, and end where the file ends.
 * @param json the header's bytes; @param fileSize size of the whole file; @param file its name in errors
 * @throws DriftfieldError "invalid_file"
 */
export function parseSafetensorsHeader(json: Uint8Array, fileSize: number, file: string): SafetensorsHeader {
  const raw = parseJson(json, file);
  const dataOffset = 8 + json.length;
  const metadata: Record<string, string> = Object.create(null);
  const tensors = new Map<string, SafetensorsEntry>();
  for (const [name, claim] of Object.entries(raw)) {
    if (name === "__metadata__") Object.assign(metadata, checkMetadata(claim, file));
    else tensors.set(name, checkEntry(name, claim, dataOffset, file));
  }
  checkCoverage(tensors, dataOffset, fileSize, file);
  return { metadata, tensors };
}

function parseJson(json: Uint8Array, file: string): object {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(json);
  } catch {
    throw invalid(file, "the header isn't UTF-8", undefined, "bytes that aren't UTF-8", "a JSON header in UTF-8");
  }
  const problem = findJsonProblem(text, 3);
  if (problem?.kind === "depth") {
    throw invalid(file, "the header nests too deep", undefined, `more than ${problem.limit} levels`, "3 levels");
  }
  if (problem?.kind === "duplicate") {
    throw invalid(file, "a name appears twice in the header", problem.key, "twice", "every name once");
  }
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    throw invalid(file, "the header isn't JSON", undefined, text.slice(0, 60), "a JSON object");
  }
  if (isObject(raw)) return raw;
  throw invalid(file, "the header isn't a JSON object", undefined, text.slice(0, 60), "a JSON object");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function checkMetadata(claim: unknown, file: string): Record<string, string> {
  const isText = isObject(claim) && Object.values(claim).every((value) => typeof value === "string");
  if (isText) return claim as Record<string, string>;
  throw invalid(file, "the metadata aren't text", "__metadata__", claim, "an object of strings");
}

function checkEntry(name: string, claim: unknown, dataOffset: number, file: string): SafetensorsEntry {
  if (RESERVED_NAMES.has(name)) throw invalid(file, "a tensor can't have this name", name, name, "another name");
  if (!isObject(claim)) throw invalid(file, "isn't described", name, claim, "dtype, shape and data_offsets");
  const { dtype, shape, data_offsets: range } = claim;
  if (typeof dtype !== "string" || !Object.hasOwn(DTYPE_BYTES, dtype)) {
    throw invalid(file, "unknown dtype", name, dtype, Object.keys(DTYPE_BYTES).join(", "));
  }
  if (!isListOfCounts(shape)) throw invalid(file, "bad shape", name, shape, "whole numbers, none negative");
  if (!isListOfCounts(range) || range.length !== 2 || range[0] > range[1]) {
    throw invalid(file, "bad data_offsets", name, range, "two whole numbers, begin <= end");
  }
  const known = dtype as SafetensorsDtype;
  const byteLength = range[1] - range[0];
  const needed = shape.reduce((product, dim) => product * dim, DTYPE_BYTES[known]);
  if (needed !== byteLength) {
    const rule = `${needed} bytes for ${dtype} of shape [${shape}]`;
    throw invalid(file, `${byteLength} bytes don't fit its shape`, name, `${byteLength} bytes`, rule);
  }
  return { dtype: known, shape, offset: dataOffset + range[0], byteLength };
}

function isListOfCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0 && !Object.is(n, -0));
}

/** The ranges must tile the data section: a hole could hide bytes, an overlap lets one tensor be two. */
function checkCoverage(tensors: Map<string, SafetensorsEntry>, start: number, fileSize: number, file: string): void {
  const inOrder = [...tensors].sort(([, a], [, b]) => a.offset - b.offset || a.byteLength - b.byteLength);
  let end = start;
  for (const [name, { offset, byteLength }] of inOrder) {
    if (offset < end) throw invalid(file, "overlaps another tensor", name, offset - start, `offset ${end - start}`);
    if (offset > end) throw invalid(file, "leaves a gap before it", name, offset - start, `offset ${end - start}`);
    end = offset + byteLength;
    if (!Number.isSafeInteger(end)) throw invalid(file, "reaches too far", name, end, "an offset below 2^53");
  }
  const firstMissing = inOrder.find(([, entry]) => entry.offset + entry.byteLength > fileSize);
  if (firstMissing !== undefined) {
    const what = `the file is cut off: ${fileSize} bytes of ${end}`;
    throw invalid(file, what, firstMissing[0], `${fileSize} bytes`, `${end} bytes`);
  }
  if (end < fileSize) {
    const what = `${fileSize - end} bytes after the last tensor`;
    throw invalid(file, what, undefined, `${fileSize} bytes`, `${end} bytes`);
  }
}
