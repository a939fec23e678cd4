// Data sets appear whole on disk, and the same bytes twice.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DataRecord } from "../record.ts";
import { createDatasetWriter } from "./write.ts";

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), "driftfield-write-"))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

const RECORD: DataRecord = {
  id: "a|flat",
  code: "a",
  style: "flat",
  name: "a",
  keywords: [],
  group: "objects",
  colors: [],
  split: "train",
};

function writeSet(folder: string, value = 1): void {
  const writer = createDatasetWriter(folder, "emoji", 1);
  writer.add(RECORD, new Uint8Array(4).fill(value));
  writer.finish("notice\n");
}

describe("createDatasetWriter", () => {
  it("writes the same bytes twice and leaves only the finished folder", () => {
    writeSet(join(root, "one"));
    writeSet(join(root, "two"));
    expect(readdirSync(root).sort()).toEqual(["one", "two"]);
    const files = readdirSync(join(root, "one")).sort();
    expect(files).toEqual(["NOTICE.txt", "index.json", "pixels-000.bin", "records.jsonl"]);
    for (const file of files) {
      expect(readFileSync(join(root, "one", file))).toEqual(readFileSync(join(root, "two", file)));
    }
  });

  it("starts a shard after every 2,048 pictures", () => {
    const writer = createDatasetWriter(join(root, "set"), "emoji", 1);
    for (let at = 0; at < 2049; at++) writer.add({ ...RECORD, id: `${at}|flat` }, new Uint8Array(4));
    expect(writer.finish("").shards.map(({ file, count }) => [file, count])).toEqual([
      ["pixels-000.bin", 2048],
      ["pixels-001.bin", 1],
    ]);
  });

  it("replaces a data set only when the new one is complete", () => {
    const folder = join(root, "set");
    writeSet(folder, 1);
    const writer = createDatasetWriter(folder, "emoji", 1);
    writer.add(RECORD, new Uint8Array(4).fill(2));
    expect(readFileSync(join(folder, "pixels-000.bin"))[0]).toBe(1);
    writer.abandon();
    expect(readdirSync(root)).toEqual(["set"]);
    writeSet(folder, 2);
    expect(readFileSync(join(folder, "pixels-000.bin"))[0]).toBe(2);
  });

  it("leaves a folder alone that isn't a data set", () => {
    const folder = join(root, "photos");
    mkdirSync(folder);
    writeFileSync(join(folder, "holiday.png"), "");
    expect(() => createDatasetWriter(folder, "emoji", 1)).toThrow(
      expect.objectContaining({ code: "not_writable", path: folder }),
    );
    expect(existsSync(join(folder, "holiday.png"))).toBe(true);
  });

  it("refuses two pictures of one id, and pixels of another size", () => {
    const writer = createDatasetWriter(join(root, "set"), "emoji", 1);
    writer.add(RECORD, new Uint8Array(4));
    expect(() => writer.add(RECORD, new Uint8Array(4))).toThrow(/two pictures/);
    expect(() => writer.add({ ...RECORD, id: "b|flat" }, new Uint8Array(8))).toThrow(/8 bytes/);
    writer.abandon();
  });
});
