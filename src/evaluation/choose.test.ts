// Which pictures a measure takes: the same ones always, and no concept twice in a block.
import fc from "fast-check";
import { expect, it } from "vitest";
import type { DataRecord, Dataset, Split } from "../data/index.ts";
import { blocksOf, entriesOf, shuffled } from "./choose.ts";

function datasetOf(codes: readonly string[], split: Split = "train"): Dataset {
  const records = codes.map((code, i): DataRecord => ({
    id: `${code}|${i}`,
    code,
    style: "flat",
    name: `thing ${code}`,
    keywords: [],
    group: "objects",
    colors: [],
    split,
  }));
  const { length: count } = records;
  return { name: "made up", size: 1, hash: "", count, records, read() {}, verify: async () => {}, close() {} };
}

it("takes the same pictures whatever order the data set has them in", () => {
  const names = Array.from({ length: 30 }, (_, i) => `n${i}`);
  fc.assert(
    fc.property(fc.shuffledSubarray(names, { minLength: 30 }), (order) => {
      expect(shuffled(order, (name) => name, "salt")).toEqual(shuffled(names, (name) => name, "salt"));
    }),
  );
  expect(shuffled(names, (name) => name, "a")).not.toEqual(shuffled(names, (name) => name, "b"));
});

it("takes only the splits that it is asked for", () => {
  expect(entriesOf(datasetOf(["a", "b"], "heldout-cell"), ["train"])).toEqual([]);
  expect(
    entriesOf(datasetOf(["a", "b"]), ["train"])
      .map(({ caption }) => caption)
      .sort(),
  ).toEqual(["a flat emoji of a thing a", "a flat emoji of a thing b"]);
});

it("makes whole blocks without a concept twice, and no picture in two blocks", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("a", "b", "c", "d", "e"), { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 2, max: 4 }),
      (codes, size) => {
        const entries = entriesOf(datasetOf(codes), ["train"]);
        const blocks = blocksOf(entries, size);
        for (const block of blocks) expect(new Set(block.map(({ record }) => record.code)).size).toBe(block.length);
        const ids = blocks.flat().map(({ record }) => record.id);
        expect(new Set(ids).size).toBe(ids.length);
        const whole = new Set(codes).size >= size;
        expect(
          blocks.map((block) => block.length).every((length) => length === (whole ? size : new Set(codes).size)),
        ).toBe(true);
        expect(blocks.length).toBeGreaterThan(0);
      },
    ),
  );
});
