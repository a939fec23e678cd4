// A picture as a file: its pixels with the request that made them inside.
import { readFile } from "node:fs/promises";
import { DriftfieldError } from "../core/index.ts";
import { decodePng, encodePng, readRequestText, requestText, writeFileAtomic } from "../files/index.ts";
import type { RgbImage } from "../models/types.ts";
import { metadataFromJson, metadataToJson, type PictureMetadata } from "../options/index.ts";

/** Writes `image` with its metadata to `path`, whole or not at all. Throws DriftfieldError "not_writable". */
export async function writePicture(path: string, image: RgbImage, metadata: PictureMetadata): Promise<void> {
  const { width, height, data } = image;
  const text = { Software: `Driftfield ${metadata.version}`, ...requestText(metadataToJson(metadata)) };
  await writeFileAtomic(path, encodePng({ width, height, data, text }));
}

/**
 * Reads a PNG that `driftfield generate` or `sweep` wrote.
 * @throws DriftfieldError "not_found" (no such file), "invalid_file" (not a PNG, damaged, or without our metadata)
 */
export async function readPicture(path: string): Promise<{ image: RgbImage; metadata: PictureMetadata }> {
  const { text, ...pixels } = await readPng(path);
  const json = readRequestText(text);
  if (json === undefined) throw notOurs(path, Object.keys(text));
  return { image: overWhite(pixels), metadata: metadataFromJson(json, path) };
}

/** Reads any PNG as RGB, transparency over white. @throws DriftfieldError "not_found", "invalid_file" */
export async function readRgb(path: string): Promise<RgbImage> {
  return overWhite(await readPng(path));
}

/**
 * Whether an argument is the name of a picture rather than a text.
 * @throws DriftfieldError "invalid_option" for the name of a picture that isn't a PNG
 */
export function namesPicture(argument: string): boolean {
  const [ending] = /\.(png|jpe?g|webp|gif|bmp|tiff?|avif|svg)$/i.exec(argument) ?? [];
  if (ending === undefined || ending.toLowerCase() === ".png") return ending !== undefined;
  throw new DriftfieldError("invalid_option", `${argument} isn't a PNG, the one kind of picture that is read here`, {
    path: "<inputs>",
    received: argument,
    expected: "a text, or a file that ends in .png",
    hint: "Save the picture as PNG.",
  });
}

async function readPng(path: string): ReturnType<typeof decodePng> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const missing = code === "ENOENT" || code === "ENOTDIR";
    const why = code === "EISDIR" ? "is a folder" : `can't be read (${code})`;
    const what = missing ? `there is no file ${path}` : `${path} ${why}`;
    throw new DriftfieldError(missing ? "not_found" : "invalid_file", what, {
      path,
      received: path,
      expected: "a PNG file",
      hint: missing ? "Check the path." : "Name a PNG file that you may read.",
      cause,
    });
  }
  return decodePng(bytes, { name: path });
}

function overWhite({ width, height, channels, data }: RgbImage & { channels: 3 | 4 }): RgbImage {
  if (channels === 3) return { width, height, data };
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const opacity = data[i * 4 + 3] / 255;
    for (let c = 0; c < 3; c++) rgb[i * 3 + c] = Math.round(data[i * 4 + c] * opacity + 255 * (1 - opacity));
  }
  return { width, height, data: rgb };
}

function notOurs(path: string, keys: string[]): DriftfieldError {
  const others = keys.filter((key) => key !== "driftfield").slice(0, 5);
  const found = others.length > 0 ? `; its metadata (${others.join(", ")}) is another program's` : "";
  return new DriftfieldError("invalid_file", `${path} holds no request of Driftfield${found}`, {
    path,
    received: keys,
    expected: "a text with the key driftfield",
    hint: "Name a PNG as `driftfield generate` wrote it: editors and web sites remove the metadata.",
  });
}
