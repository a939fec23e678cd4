// Data sets are opened whole or refused with the command that builds them.
import { mkdtempSync, readFileSync, rmSync, truncateSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDatasetWriter } from "./build/write.ts";
import { openDataset } from "./dataset.ts";
import type { DataRecord } from "./record.ts";

let root: string;
let folder: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "driftfield-dataset-"));
  folder = join(root, "tiny");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function record(at: number): DataRecord {
  const code = `code-${at}`;
  const text = { id: `${code}|flat`, code, style: "flat", name: `thing ${at}`, group: "objects" };
  return { ...text, keywords: [], colors: [], split: "train" };
}

/** Pictures of 2x2 pixels, each byte telling its picture. */
function pixels(at: number): Uint8Array {
  return Uint8Array.from({ length: 16 }, (_, i) => (at * 31 + i) & 255);
}

function build(count: number): void {
  const writer = createDatasetWriter(folder, "emoji", 2);
  for (let at = 0; at < count; at++) writer.add(record(at), pixels(at));
  writer.finish("notice\n");
}

describe("openDataset", () => {
  it("reads back every record and picture that was written, across shards", async () => {
    build(2050);
    const set = await openDataset(folder);
    expect([set.name, set.size, set.count, set.records.length]).toEqual(["emoji", 2, 2050, 2050]);
    const out = new Uint8Array(16);
    for (const at of [0, 1, 2047, 2048, 2049]) {
      set.read(at, out);
      expect([...out]).toEqual([...pixels(at)]);
      expect(set.records[at]).toEqual(record(at));
    }
    await set.verify();
    set.close();
  });

  it("says how to build a set that isn't there", async () => {
    const opening = openDataset(folder);
    await expect(opening).rejects.toMatchObject({ code: "not_found" });
    await expect(opening).rejects.toThrow(/no data set/);
    await expect(opening).rejects.toMatchObject({ hint: expect.stringContaining("driftfield data emoji") });
    await expect(openDataset(folder, "judge-faces")).rejects.toMatchObject({
      hint: expect.stringContaining(`driftfield data judge-faces --out ${folder}`),
    });
  });

  it("names the shard that is cut short, with the bytes found and expected", async () => {
    build(3);
    truncateSync(join(folder, "pixels-000.bin"), 40);
    await expect(openDataset(folder)).rejects.toMatchObject({
      code: "invalid_file",
      path: join(folder, "pixels-000.bin"),
      received: "40 bytes",
      expected: "48 bytes",
    });
  });

  it("says when a shard or the records are missing", async () => {
    build(3);
    unlinkSync(join(folder, "pixels-000.bin"));
    await expect(openDataset(folder)).rejects.toMatchObject({ code: "not_found", received: "no file" });
    build(3);
    unlinkSync(join(folder, "records.jsonl"));
    await expect(openDataset(folder)).rejects.toMatchObject({ code: "not_found", path: join(folder, "records.jsonl") });
  });

  it.each([
    ["an index that isn't JSON", "index.json", () => "{"],
    ["an index of another format", "index.json", (text: string) => text.replace("driftfield-dataset", "other")],
    ["an index of another version", "index.json", (text: string) => text.replace('"version": 1', '"version": 2')],
    ["a count that the shards contradict", "index.json", (text: string) => text.replace('"count": 3,', '"count": 4,')],
    ["fewer records than pictures", "records.jsonl", (text: string) => text.split("\n").slice(1).join("\n")],
    ["a record that is cut short", "records.jsonl", (text: string) => text.replace('"split":"train"}', "")],
    ["a record with an unknown split", "records.jsonl", (text: string) => text.replace('"train"', '"test"')],
    ["a record without a name", "records.jsonl", (text: string) => text.replace('"thing 0"', '""')],
  ])("refuses %s", async (_, file, damage) => {
    build(3);
    const path = join(folder, file);
    const text = readFileSync(path, "utf8");
    const damaged = damage(text);
    expect(damaged).not.toBe(text);
    writeFileSync(path, damaged);
    await expect(openDataset(folder)).rejects.toMatchObject({
      code: "invalid_file",
      hint: expect.stringContaining(`--out ${folder}`),
    });
  });

  it("refuses an index that promises more pictures than its shards hold", async () => {
    build(3);
    const [index, records] = ["index.json", "records.jsonl"].map((file) => join(folder, file));
    writeFileSync(index, readFileSync(index, "utf8").replace('"count": 3,', '"count": 4,'));
    writeFileSync(records, `${readFileSync(records, "utf8")}${JSON.stringify(record(3))}\n`);
    await expect(openDataset(folder)).rejects.toMatchObject({ code: "invalid_file", path: index });
  });

  it("finds a changed byte when asked to verify", async () => {
    build(3);
    const path = join(folder, "pixels-000.bin");
    const bytes = readFileSync(path);
    bytes[7] ^= 1;
    writeFileSync(path, bytes);
    const set = await openDataset(folder);
    await expect(set.verify()).rejects.toMatchObject({ code: "mismatch", path });
    set.close();
  });

  it("refuses pictures outside the set, buffers of another size, and reading once closed", async () => {
    build(3);
    const set = await openDataset(folder);
    const out = new Uint8Array(16);
    for (const at of [-1, 3, 0.5, NaN]) expect(() => set.read(at, out)).toThrow(RangeError);
    expect(() => set.read(0, new Uint8Array(15))).toThrow(/16 bytes/);
    set.close();
    set.close();
    expect(() => set.read(0, out)).toThrow(/closed/);
  });
});
