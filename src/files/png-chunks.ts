// A PNG's chunks, looked through before anything is unpacked: sizes claimed, sizes there, and nothing but what a
// picture and its plain text need. Compressed text and colour profiles are left out unread, so none can be a bomb.
import { DriftfieldError } from "../core/index.ts";

export type PngHeader = { width: number; height: number; depth: number; colorType: number; interlaced: boolean };

/** A PNG cut down to `clean` (signature, IHDR, PLTE, tRNS, IDAT, sound tEXt, IEND) and what its header claims. */
export type VettedPng = { header: PngHeader; clean: Uint8Array; compressed: Uint8Array<ArrayBuffer>[] };

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const MOST_TEXT = 16 * 2 ** 20;
const NEEDED = new Set(["IHDR", "PLTE", "tRNS", "IDAT", "IEND"]);

/** DriftfieldError "invalid_file" for a PNG called `name`. */
export function invalidPng(name: string, what: string, received: unknown, expected: string, cause?: unknown) {
  const hint = "Use another copy of the picture, or save it as PNG again.";
  return new DriftfieldError("invalid_file", `${name}: ${what}`, { path: name, received, expected, hint, cause });
}

/**
 * Walks the chunks of `bytes`; unpacks nothing.
 * @throws DriftfieldError "invalid_file": not a PNG, cut off, no header, more than `maxPixels`, too much text
 */
export function vetPng(bytes: Uint8Array, name: string, maxPixels: number): VettedPng {
  if (!SIGNATURE.every((byte, i) => bytes[i] === byte)) {
    const start = [...bytes.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    throw invalidPng(name, "it isn't a PNG", `a file that starts with ${start}`, "a PNG file");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const kept: Uint8Array[] = [SIGNATURE];
  const compressed: Uint8Array<ArrayBuffer>[] = [];
  let header: PngHeader | undefined;
  let textBytes = 0;
  for (let at = 8, type = ""; type !== "IEND"; ) {
    const length = at + 8 <= bytes.length ? view.getUint32(at) : 0;
    const end = at + 12 + length;
    if (end > bytes.length) {
      throw invalidPng(name, "the file is cut off", `${bytes.length} bytes`, `at least ${end} bytes`);
    }
    type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const body = bytes.subarray(at + 8, at + 8 + length);
    if ((header === undefined) !== (type === "IHDR")) {
      throw invalidPng(name, "it has no header, or two", `${type} at byte ${at}`, "one IHDR, first of all");
    }
    header ??= readHeader(body, name, maxPixels);
    const isText = type === "tEXt" && hasKeyword(body);
    if (isText) textBytes += length;
    if (textBytes > MOST_TEXT) {
      throw invalidPng(name, "it carries too much text", `${textBytes} bytes and more`, `at most ${MOST_TEXT} bytes`);
    }
    const isHint = type === "PLTE" && header.colorType !== 3; // a palette that true colours don't need
    if (isText || (NEEDED.has(type) && !isHint)) kept.push(bytes.subarray(at, end));
    if (type === "IDAT") compressed.push(body as Uint8Array<ArrayBuffer>);
    at = end;
  }
  if (header === undefined) throw invalidPng(name, "it has no header", "IEND first", "one IHDR, first of all");
  return { header, clean: concatenate(kept), compressed };
}

function readHeader(body: Uint8Array, name: string, maxPixels: number): PngHeader {
  if (body.length !== 13) throw invalidPng(name, "its header is misshapen", `${body.length} bytes`, "13 bytes");
  const view = new DataView(body.buffer, body.byteOffset, 13);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  if (width === 0 || height === 0 || width * height > maxPixels) {
    const limit = `1 to ${maxPixels} pixels in all`;
    throw invalidPng(name, `a picture of ${width} x ${height} isn't read here`, `${width} x ${height}`, limit);
  }
  return { width, height, depth: body[8], colorType: body[9], interlaced: body[12] !== 0 };
}

/** A keyword of 1 to 79 letters, then a zero. */
function hasKeyword(body: Uint8Array): boolean {
  const end = body.subarray(0, 80).indexOf(0);
  return end >= 1;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
