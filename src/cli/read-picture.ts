// A PNG of ours, read back: its pixels and what it says about itself.
import { readFile } from "node:fs/promises";
import { decodePng } from "../files/index.ts";
import type { RgbImage } from "../models/types.ts";
import { type PictureMetadata, readMetadata } from "../options/index.ts";

/** Reads a PNG that `driftfield generate` or `sweep` wrote. Throws DriftfieldError "not_found" or "invalid_file". */
export async function readPicture(path: string): Promise<{ image: RgbImage; metadata: PictureMetadata }> {
  throw new Error(path);
}
