// Configuration files: JSON with errors that name the file.
import { DriftfieldError } from "../core/index.ts";
import { fileSource } from "./file-source.ts";
import type { ByteSource } from "./source.ts";

/** Far above the largest tokenizer.json. */
const LARGEST_JSON = 2 ** 28;

/** The JSON in `source`. Throws DriftfieldError "invalid_file" when it isn't JSON in UTF-8, or larger than 256 MiB. */
export async function readJsonFrom(source: ByteSource): Promise<unknown> {
  if (source.size > LARGEST_JSON) {
    throw invalidJson(source.name, "it is too large", `${source.size} bytes`, `at most ${LARGEST_JSON} bytes`);
  }
  const bytes = await source.read(0, source.size);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw invalidJson(source.name, `it isn't JSON (${why})`, why, "JSON in UTF-8", cause);
  }
}

/** The JSON in the file at `path` (Node). Throws as `readJsonFrom` and `fileSource` do. */
export async function readJson(path: string): Promise<unknown> {
  const source = await fileSource(path);
  try {
    return await readJsonFrom(source);
  } finally {
    await source.close();
  }
}

function invalidJson(name: string, what: string, received: string, expected: string, cause?: unknown) {
  const hint = "Download or copy the file again.";
  return new DriftfieldError("invalid_file", `${name}: ${what}`, { path: name, received, expected, hint, cause });
}
