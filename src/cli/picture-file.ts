// A picture as a file: its pixels with the request that made them inside.
import { encodePng, writeFileAtomic } from "../files/index.ts";
import type { RgbImage } from "../models/types.ts";
import { METADATA_KEY, type PictureMetadata, writeMetadata } from "../options/index.ts";

/** Writes `image` with its metadata to `path`, whole or not at all. Throws DriftfieldError "not_writable". */
export async function writePicture(path: string, image: RgbImage, metadata: PictureMetadata): Promise<void> {
  const { width, height, data } = image;
  const text = { Software: `Driftfield ${metadata.version}`, [METADATA_KEY]: writeMetadata(metadata) };
  await writeFileAtomic(path, await encodePng({ width, height, data, channels: 3, text }));
}
