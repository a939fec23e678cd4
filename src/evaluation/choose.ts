// Which pictures a measure looks at: chosen by hashes of their names, so that every run and every machine takes the
// same.
import { createHash } from "node:crypto";
import { canonicalCaption, type DataRecord, type Dataset, type Split } from "../data/index.ts";

/** One picture of a data set, and the sentence that says what it shows. */
export type Entry = { dataset: Dataset; index: number; record: DataRecord; caption: string };

/** The pictures of `splits`, in an order that has nothing to do with the data set's (another for another `salt`). */
export function entriesOf(dataset: Dataset, splits: readonly Split[], salt = ""): Entry[] {
  const entries = dataset.records.flatMap((record, index) =>
    splits.includes(record.split) ? [{ dataset, index, record, caption: canonicalCaption(record) }] : [],
  );
  return shuffled(entries, ({ record }) => record.id, salt);
}

/** `items` in the order of the hashes of their names. */
export function shuffled<T>(items: readonly T[], nameOf: (item: T) => string, salt = ""): T[] {
  return items
    .map((item) => ({
      item,
      key: createHash("sha256")
        .update(`${salt}|${nameOf(item)}`)
        .digest("hex"),
    }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ item }) => item);
}

/**
 * Blocks of `size` entries, none with two of one concept or caption; what fills no block is left out. Where there isn't
 * one whole block, the one that there is.
 */
export function blocksOf(entries: readonly Entry[], size: number): Entry[][] {
  const blocks: Entry[][] = [];
  let left = [...entries];
  for (;;) {
    const block: Entry[] = [];
    const seen = new Set<string>();
    for (const entry of left) {
      if (block.length === size) break;
      if (seen.has(entry.record.code) || seen.has(entry.caption)) continue;
      block.push(entry);
      seen.add(entry.record.code).add(entry.caption);
    }
    if (block.length === size || (blocks.length === 0 && block.length > 0)) blocks.push(block);
    if (block.length < size) return blocks;
    const used = new Set(block);
    left = left.filter((entry) => !used.has(entry));
  }
}
