// Pictures of the data sets as they are judged: on white, not mirrored.
import { BACKGROUNDS, compose } from "../data/index.ts";
import type { RgbImage } from "../models/types.ts";
import type { Entry } from "./choose.ts";

/** Reads the pictures of `entries`. */
export function realPictures(entries: readonly Pick<Entry, "dataset" | "index">[]): RgbImage[] {
  return entries.map(({ dataset, index }) => {
    const { size } = dataset;
    const rgba = new Uint8Array(size * size * 4);
    dataset.read(index, rgba);
    const data = new Uint8Array(size * size * 3);
    compose(rgba, BACKGROUNDS.white, false, data);
    return { width: size, height: size, data };
  });
}
