// Bytes come from a range source everywhere, so that a file, a Blob, a URL and memory are read by the same code.
import { DriftfieldError } from "../core/index.ts";

/** Something whose bytes can be read range by range. */
export type ByteSource = {
  /** Bytes in all. */
  readonly size: number;
  /** What errors call it. */
  readonly name: string;
  /** Where it lies on this machine's disk, if it does: a runtime can map it then. */
  readonly filePath?: string;
  /**
   * Reads exactly `length` bytes from `offset` into memory of the caller's own.
   * @throws DriftfieldError "invalid_file" when the range reaches past the end.
   */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
};

/** Throws DriftfieldError "invalid_file" unless `source` holds `length` bytes from `offset`. */
export function assertRange(source: { size: number; name: string }, offset: number, length: number): void {
  const valid = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (valid && offset + length <= source.size) return;
  throw new DriftfieldError("invalid_file", `${source.name} is too short: ${length} bytes asked for at ${offset}`, {
    path: source.name,
    received: `${source.size} bytes`,
    expected: `at least ${offset + length} bytes`,
    hint: "Download or copy the file again; it seems to be cut off.",
  });
}

/** Reads from memory. */
export function bytesSource(bytes: Uint8Array, name = "bytes"): ByteSource {
  const source: ByteSource = {
    size: bytes.length,
    name,
    async read(offset, length) {
      assertRange(source, offset, length);
      return bytes.slice(offset, offset + length) as Uint8Array<ArrayBuffer>;
    },
    async close() {},
  };
  return source;
}

/** Reads from a Blob or File (a picked or dropped file in the browser). */
export function blobSource(blob: Blob, name?: string): ByteSource {
  const fileName = "name" in blob && typeof blob.name === "string" ? blob.name : "blob";
  const source: ByteSource = {
    size: blob.size,
    name: name ?? fileName,
    async read(offset, length) {
      assertRange(source, offset, length);
      return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
    },
    async close() {},
  };
  return source;
}
