// The training pictures of a data set, packed: each deflated for itself, so that any can be read alone, in files small
// enough to travel.
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { throwIfAborted, type OnProgress } from "../core/index.ts";
import type { Dataset } from "../data/index.ts";
import { readJson, writeFileAtomic } from "../files/index.ts";
import { trainingIndices } from "./recipe.ts";
import { sha256 } from "./run-columns.ts";

/** `lengths`: bytes of each picture's deflated RGBA, one after the other in the file. */
export type PackFile = { file: string; sha256: string; lengths: number[] };
export type Pack = { name: string; hash: string; size: number; count: number; files: PackFile[] };

const MOST = 28_000_000; // bytes of a file

/** Clears the colour of what can't be seen: it deflates better, and a composed picture is the same. */
function clearHidden(rgba: Uint8Array): void {
  for (let i = 0; i < rgba.length; i += 4) if (rgba[i + 3] === 0) rgba.fill(0, i, i + 3);
}

/** Packs the training pictures of `dataset` into `folder`, unless they are there already. */
export async function packPictures(
  folder: string,
  dataset: Dataset,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: OnProgress } = {},
): Promise<Pack> {
  const there = await packThere(folder, dataset);
  if (there !== undefined) return there;
  const indices = trainingIndices(dataset);
  const files: PackFile[] = [];
  let [pieces, total]: [Uint8Array[], number] = [[], 0];
  const flush = async (): Promise<void> => {
    if (pieces.length === 0) return;
    const bytes = Buffer.concat(pieces);
    const file = `${dataset.name}-${String(files.length).padStart(3, "0")}.pack`;
    await writeFileAtomic(join(folder, file), bytes);
    files.push({ file, sha256: sha256(bytes), lengths: pieces.map(({ length }) => length) });
    [pieces, total] = [[], 0];
  };
  const rgba = new Uint8Array(dataset.size ** 2 * 4);
  for (const [i, index] of indices.entries()) {
    throwIfAborted(signal);
    dataset.read(index, rgba);
    clearHidden(rgba);
    const piece = deflateSync(rgba, { level: 9 });
    if (total + piece.length > MOST) await flush();
    pieces.push(piece);
    total += piece.length;
    if (i % 200 === 0) {
      const stage = `packing ${dataset.name}`;
      onProgress?.({
        type: "step", stage, index: i, total: indices.length, fraction: i / indices.length, secondsLeft: null,
      });
    }
  }
  await flush();
  const { name, hash, size } = dataset;
  const pack: Pack = { name, hash, size, count: indices.length, files };
  await writeFileAtomic(join(folder, `${name}.json`), new TextEncoder().encode(JSON.stringify(pack)));
  return pack;
}

async function packThere(folder: string, { name, hash }: Dataset): Promise<Pack | undefined> {
  const pack = (await readJson(join(folder, `${name}.json`)).catch(() => undefined)) as Pack | undefined;
  if (pack?.hash !== hash) return undefined;
  for (const { file, lengths } of pack.files) {
    const size = await stat(join(folder, file)).then((found) => found.size, () => -1);
    if (size !== lengths.reduce((a, b) => a + b, 0)) return undefined;
  }
  return pack;
}
