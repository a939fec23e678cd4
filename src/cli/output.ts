// Where results go: names for several files, checked before any work is done.
import { extname } from "node:path";
import { DriftfieldError } from "../core/index.ts";
import { assertWritable } from "../files/index.ts";

/**
 * The paths of `count` pictures: `out` itself for one, numbered from 0 for several (cat.png: cat-0.png, cat-1.png).
 * Throws DriftfieldError "invalid_option" for another ending than .png, "not_writable" for a folder that takes no file.
 */
export async function picturePaths(out: string, count: number): Promise<string[]> {
  const ending = extname(out);
  const stem = ending === "" ? out : out.slice(0, -ending.length);
  if (ending.toLowerCase() !== ".png") {
    throw new DriftfieldError("invalid_option", `--out must end in .png, got ${JSON.stringify(out)}`, {
      path: "--out",
      received: out,
      expected: "a path that ends in .png",
      hint: `Give for example --out ${JSON.stringify(`${stem}.png`)}.`,
    });
  }
  const paths = count === 1 ? [out] : Array.from({ length: count }, (_, i) => `${stem}-${i}${ending}`);
  for (const path of paths) await assertWritable(path);
  return paths;
}
