// PNG in and out, with the text that says how a picture was made. fast-png does the format; here are the limits.
import { decode, encode } from "fast-png";
import { DriftfieldError } from "../core/index.ts";
import { invalidPng, vetPng, type PngHeader } from "./png-chunks.ts";
import { toRgb, type Pixels } from "./png-pixels.ts";

/** `text`: key (1 to 79 letters) to value, both Latin-1 without zeros; see `requestText` for our own. */
export type PngImage = Pixels & { text: Record<string, string> };

/** 50 million: a few hundred MB while it is unpacked. */
const MOST_PIXELS = 50_000_000;

/**
 * A PNG file of 8-bit RGB (3 bytes a pixel) or RGBA (4), told apart by the length of `data`.
 * @throws DriftfieldError "invalid_option" when `data` isn't one of the two, or a text isn't Latin-1
 */
export function encodePng(image: {
  width: number; height: number; data: Uint8Array | Uint8ClampedArray; text?: Readonly<Record<string, string>>;
}): Uint8Array {
  const { width, height, data, text = {} } = image;
  const channels = data.length / (width * height);
  const isPicture = Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0;
  if (!isPicture || (channels !== 3 && channels !== 4)) {
    throw new DriftfieldError("invalid_option", `${data.length} bytes aren't a picture of ${width} x ${height}`, {
      path: "data",
      received: `${data.length} bytes for ${width} x ${height}`,
      expected: "3 (RGB) or 4 (RGBA) bytes a pixel",
      hint: "Pass the pixels row by row, without padding.",
    });
  }
  for (const [key, value] of Object.entries(text)) checkText(key, value);
  return encode({ width, height, channels, depth: 8, data, text: { ...text } });
}

function checkText(key: string, value: string): void {
  const isLatin1 = (text: string) => [...text].every((letter) => letter > "\0" && letter <= "\u00ff");
  if (isLatin1(key) && key.length >= 1 && key.length <= 79 && isLatin1(value)) return;
  throw new DriftfieldError("invalid_option", `the text ${JSON.stringify(key.slice(0, 80))} can't go into a PNG`, {
    path: key,
    received: value,
    expected: "a key of 1 to 79 letters and a value, both Latin-1 without zeros",
    hint: "Store it as JSON with requestText.",
  });
}

/**
 * Reads any PNG as 8-bit RGB or RGBA, with its plain text. Compressed text and colour profiles are ignored.
 * @param options.name what errors call the file; @param options.maxPixels the largest width times height
 * @throws DriftfieldError "invalid_file" (not a PNG, cut off, damaged, too large), "unsupported" (interlaced pictures
 *   of less than 8 bits a sample)
 */
export async function decodePng(
  bytes: Uint8Array, options: { name?: string; maxPixels?: number } = {},
): Promise<PngImage> {
  const { name = "the picture", maxPixels = MOST_PIXELS } = options;
  const { header, clean, compressed } = vetPng(bytes, name, maxPixels);
  if (header.interlaced && header.depth < 8) {
    throw new DriftfieldError("unsupported", `${name}: interlaced pictures of ${header.depth} bits aren't read here`, {
      path: name,
      received: `${header.depth} bits, interlaced`,
      expected: "at least 8 bits, or not interlaced",
      hint: "Save it without interlacing.",
    });
  }
  const expected = unpackedSize(header);
  const found = await inflatedSize(compressed, expected);
  if (found !== expected) {
    const some = found !== undefined && found > expected ? `more than ${expected} bytes` : `${found} bytes`;
    const received = found === undefined ? "damaged data" : some;
    throw invalidPng(name, "its pixels don't unpack to the size it claims", received, `${expected} bytes`);
  }
  try {
    const png = decode(clean, { checkCrc: true });
    if (header.colorType === 3 && png.palette === undefined) throw new Error("it has no palette");
    return { ...toRgb(png), text: { ...png.text } };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw invalidPng(name, `it is damaged (${why})`, why, "a sound PNG file", cause);
  }
}

const CHANNELS: { [colorType: number]: number | undefined } = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Bytes of the filtered rows: each row, of each pass, has one byte before its samples. */
function unpackedSize({ width, height, depth, colorType, interlaced }: PngHeader): number {
  const pixelBits = (CHANNELS[colorType] ?? 0) * depth;
  const passes = interlaced
    ? [[0, 8, 0, 8], [4, 8, 0, 8], [0, 4, 4, 8], [2, 4, 0, 4], [0, 2, 2, 4], [1, 2, 0, 2], [0, 1, 1, 2]]
    : [[0, 1, 0, 1]];
  let size = 0;
  for (const [left, acrossStep, top, downStep] of passes) {
    const across = Math.ceil((width - left) / acrossStep);
    const down = Math.ceil((height - top) / downStep);
    if (across > 0 && down > 0) size += down * (1 + Math.ceil((across * pixelBits) / 8));
  }
  return size;
}

/** The size that `parts` inflate to, given up just above `limit` (a bomb is never unpacked); undefined: damaged. */
async function inflatedSize(parts: Uint8Array<ArrayBuffer>[], limit: number): Promise<number | undefined> {
  const reader = new Blob(parts).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  let size = 0;
  try {
    for (let chunk = await reader.read(); !chunk.done && size <= limit; chunk = await reader.read()) {
      size += chunk.value.length;
    }
    await reader.cancel();
    return size;
  } catch {
    return undefined;
  }
}
