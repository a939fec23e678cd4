// Writes a data set: shards of raw pixels and one line a picture, in a folder beside, renamed when it is complete.
import { createHash, type Hash } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { DriftfieldError } from "../../core/index.ts";
import type { DataRecord, DatasetIndex, Shard } from "../record.ts";

const SHARD_PICTURES = 2048;

export type DatasetWriter = {
  /** Adds one picture: straight RGBA of `size * size * 4` bytes. */
  add(record: DataRecord, rgba: Uint8Array): void;
  /** Writes index, records and notice, and puts the folder in its place. */
  finish(notice: string): DatasetIndex;
  /** Deletes what was written so far. Does nothing after `finish`. */
  abandon(): void;
};

/**
 * Starts writing a data set to `out`. A folder there is replaced at the end if it is a data set (or empty);
 * any other folder is left alone. Throws `not_writable` for that.
 */
export function createDatasetWriter(out: string, name: string, size: number): DatasetWriter {
  const target = resolve(out);
  refuseOtherFolder(target);
  const partial = `${target}.partial-${process.pid}`;
  mkdirSync(dirname(target), { recursive: true });
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial);

  const shards: Shard[] = [];
  const lines: string[] = [];
  const ids = new Set<string>();
  let open: { fd: number; file: string; count: number; hash: Hash } | undefined;

  function closeShard(): void {
    if (!open) return;
    closeSync(open.fd);
    shards.push({ file: open.file, count: open.count, sha256: open.hash.digest("hex") });
    open = undefined;
  }

  return {
    add(record, rgba) {
      if (rgba.length !== size * size * 4) throw new RangeError(`${record.id}: ${rgba.length} bytes of pixels`);
      if (ids.has(record.id)) throw new RangeError(`two pictures are called ${record.id}`);
      ids.add(record.id);
      if (open?.count === SHARD_PICTURES) closeShard();
      if (!open) {
        const file = `pixels-${String(shards.length).padStart(3, "0")}.bin`;
        open = { fd: openSync(join(partial, file), "w"), file, count: 0, hash: createHash("sha256") };
      }
      writeSync(open.fd, rgba);
      open.hash.update(rgba);
      open.count++;
      lines.push(JSON.stringify(record));
    },
    finish(notice) {
      closeShard();
      const index: DatasetIndex = {
        format: "driftfield-dataset",
        version: 1,
        name,
        size,
        channels: 4,
        count: lines.length,
        shards,
        records: "records.jsonl",
      };
      writeFileSync(join(partial, index.records), lines.map((line) => `${line}\n`).join(""));
      writeFileSync(join(partial, "NOTICE.txt"), notice);
      writeFileSync(join(partial, "index.json"), `${JSON.stringify(index, null, 2)}\n`);
      rmSync(target, { recursive: true, force: true });
      renameSync(partial, target);
      return index;
    },
    abandon() {
      if (open) closeSync(open.fd);
      open = undefined;
      rmSync(partial, { recursive: true, force: true });
    },
  };
}

function refuseOtherFolder(target: string): void {
  if (!existsSync(target) || existsSync(join(target, "index.json"))) return;
  throw new DriftfieldError("not_writable", `${target} exists and isn't a data set`, {
    path: target,
    expected: "a new folder, or a data set to replace",
    hint: "name another folder",
  });
}
