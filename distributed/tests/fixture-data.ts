// Tiny data sets of discs, in the form that `driftfield data` writes.
import { join } from "node:path";
import { createDatasetWriter } from "../../src/data/build/write.ts";
import type { DataRecord } from "../../src/data/index.ts";

const SIZE = 128;
const none = { keywords: [], colors: ["red"], split: "train" } as const;

/** A disc of one colour, half see-through at its rim. */
function disc(i: number): Uint8Array {
  const pixels = new Uint8Array(SIZE * SIZE * 4);
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      const far = Math.hypot(x - 60 - i, y - 64) - 30 - i;
      const alpha = far < 0 ? 255 : far < 3 ? 128 : 0;
      pixels.set([20 * i, 255 - 15 * i, (x + 7 * i) % 256, alpha], (y * SIZE + x) * 4);
    }
  }
  return pixels;
}

function dataSet(folder: string, name: string, records: readonly DataRecord[]): void {
  const writer = createDatasetWriter(join(folder, name), name, SIZE);
  records.forEach((record, i) => writer.add(record, disc(i)));
  writer.finish("discs");
}

const emoji = Array.from({ length: 36 }, (_, i): DataRecord => {
  const split = i % 6 === 5 ? "heldout-cell" : "train";
  return { ...none, id: `${i}|flat`, code: `1f60${i}`, style: "flat", name: `thing ${i}`, group: "objects", split };
});
const faces = Array.from({ length: 10 }, (_, i): DataRecord => {
  const attributes = { generator: i % 2 ? "avataaars" : "bigheads", glasses: i % 3 ? "none" : "sunglasses" };
  const told = i % 4 === 3 ? { generator: attributes.generator } : attributes;
  const style = attributes.generator;
  return { ...none, id: `f${i}|x`, code: `f${i}`, style, name: `face ${i}`, group: "face", attributes: told };
});
/** Writes `<folder>/emoji`, `<folder>/faces` and `<folder>/judge-faces`. */
export function writeDataSets(folder: string): void {
  dataSet(folder, "emoji", emoji);
  dataSet(folder, "faces", faces);
  dataSet(folder, "judge-faces", faces);
}
