// CLIP's batches follow from the step alone, and hold nothing twice: a copy would be its twin's wrong answer.
import { expect, it } from "vitest";
import type { Dataset, DataRecord } from "../data/index.ts";
import { defaultClip } from "../models/clip/config.ts";
import { wordTokenizer, wordTokenizerJson } from "../models/clip/tokenizer.ts";
import { clipTask } from "./clip-task.ts";

const SIZE = 128;
const CONCEPTS = 12;

/** Opaque pictures: picture i is grey of level 10 i, and its name is "thing<i>". */
function datasetOf(split: DataRecord["split"] = "train"): Dataset {
  const records = Array.from({ length: CONCEPTS }, (_, i): DataRecord => {
    const said = { style: "flat", name: `thing${i}`, keywords: [], group: "objects", colors: [] };
    return { id: `${i}|flat`, code: `1f60${i.toString(16)}`, ...said, split };
  });
  const read = (index: number, out: Uint8Array): void => {
    for (let i = 0; i < SIZE * SIZE; i++) out.set([10 * index, 10 * index, 10 * index, 255], i * 4);
  };
  const verify = async (): Promise<void> => undefined;
  return { name: "emoji", size: SIZE, count: CONCEPTS, hash: "x", records, read, verify, close: () => undefined };
}

const words = Array.from({ length: CONCEPTS }, (_, i) => `thing${i}`);
const tokenizer = wordTokenizer(wordTokenizerJson(words), 16);
const config = defaultClip(tokenizer.size);
const side = config.vision_config.image_size;
const taskOf = (seed: number) => clipTask(config, tokenizer, [datasetOf()], { batchSize: 8, seed, weights: [1] });

type Batch = { pixels: Uint8Array; ids: Int32Array; end: Int32Array };

it("makes the same batch for the same step and seed, and others otherwise", () => {
  expect(taskOf(1).makeBatch(3)).toEqual(taskOf(1).makeBatch(3));
  expect(taskOf(1).makeBatch(4)).not.toEqual(taskOf(1).makeBatch(3));
  expect(taskOf(2).makeBatch(3)).not.toEqual(taskOf(1).makeBatch(3));
});

it("shows each sample's own picture beside its words, and no concept twice in a batch", () => {
  for (let step = 0; step < 5; step++) {
    const { pixels, ids, end } = taskOf(1).makeBatch(step) as Batch;
    const shown = Array.from({ length: 8 }, (_, i) => pixels[i * side * side * 3] / 10);
    expect(new Set(shown).size).toBe(8);
    shown.forEach((concept, i) => {
      const said = [...ids.subarray(i * 16, i * 16 + end[i])];
      expect(said).toContain(tokenizer.encode(`thing${concept}`).ids[1]);
    });
  }
});
