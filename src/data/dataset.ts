// Opens a data set on disk: records in memory, pixels read when asked for.
import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { DriftfieldError } from "../core/index.ts";
import { SPLITS, type DataRecord, type DatasetIndex } from "./record.ts";

export type Dataset = {
  readonly name: string;
  /** Side of a picture in pixels. */
  readonly size: number;
  readonly count: number;
  /** SHA-256 of the pictures, as the index says it: another build of the set has another one. */
  readonly hash: string;
  readonly records: readonly DataRecord[];
  /** Reads picture `index` into `out` (size * size * 4 bytes of straight RGBA). Synchronous. */
  read(index: number, out: Uint8Array): void;
  /** Reads every shard and compares its SHA-256 with the index. Throws `mismatch`. */
  verify(signal?: AbortSignal): Promise<void>;
  /** Closes the files; reading afterwards is an error. */
  close(): void;
};

/**
 * Opens the data set in `folder`. Throws `not_found` when it isn't there, and `invalid_file` when its index,
 * records or shards don't fit each other; the hint says which command builds it (of a set that isn't there, `name`).
 */
export async function openDataset(folder: string, name = "emoji"): Promise<Dataset> {
  const index = await readIndex(folder, name);
  const hint = buildHint(index.name, folder);
  const bytes = index.size * index.size * 4;
  const perShard = index.shards[0]?.count ?? 0;
  for (const [at, shard] of index.shards.entries()) {
    const path = join(folder, shard.file);
    const size = await stat(path).then((found) => found.size, () => -1);
    if (size !== shard.count * bytes || (at < index.shards.length - 1 && shard.count !== perShard)) {
      throw new DriftfieldError(size < 0 ? "not_found" : "invalid_file", `${shard.file} of the data set is damaged`, {
        path,
        received: size < 0 ? "no file" : `${size} bytes`,
        expected: `${shard.count * bytes} bytes`,
        hint,
      });
    }
  }
  const records = await readRecords(join(folder, index.records), index, hint);
  const files = index.shards.map((shard) => openSync(join(folder, shard.file), "r"));
  let closed = false;

  return {
    name: index.name,
    size: index.size,
    count: index.count,
    hash: createHash("sha256").update(index.shards.map((shard) => shard.sha256).join("\n")).digest("hex"),
    records,
    read(at, out) {
      if (closed) throw new Error(`the data set ${index.name} is closed`);
      if (!Number.isInteger(at) || at < 0 || at >= index.count) {
        throw new RangeError(`picture ${at} of ${index.count} in the data set ${index.name}`);
      }
      if (out.length !== bytes) throw new RangeError(`a picture has ${bytes} bytes, the buffer ${out.length}`);
      const shard = Math.floor(at / perShard);
      let done = 0;
      while (done < bytes) {
        const got = readSync(files[shard], out, done, bytes - done, (at - shard * perShard) * bytes + done);
        if (got === 0) throw new DriftfieldError("invalid_file", `picture ${at} is cut short`, { path: folder, hint });
        done += got;
      }
    },
    async verify(signal) {
      for (const { file, sha256 } of index.shards) {
        const found = createHash("sha256").update(await readFile(join(folder, file), { signal })).digest("hex");
        if (found === sha256) continue;
        throw new DriftfieldError("mismatch", `${file} isn't what the index says`, {
          path: join(folder, file),
          received: found,
          expected: sha256,
          hint,
        });
      }
    },
    close() {
      if (!closed) for (const fd of files) closeSync(fd);
      closed = true;
    },
  };
}

function buildHint(name: string, folder: string): string {
  return `build it with \`driftfield data ${name} --out ${folder}\``;
}

async function readIndex(folder: string, expected: string): Promise<DatasetIndex> {
  const path = join(folder, "index.json");
  const hint = buildHint(expected, folder);
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new DriftfieldError("not_found", `there is no data set in ${folder}`, { path, hint, cause });
  });
  let index: Partial<DatasetIndex>;
  try {
    index = JSON.parse(text);
  } catch (cause) {
    throw new DriftfieldError("invalid_file", "the data set's index isn't JSON", { path, hint, cause });
  }
  if (index?.format !== "driftfield-dataset" || index.version !== 1 || index.channels !== 4) {
    throw new DriftfieldError("invalid_file", `${path} isn't the index of a data set`, {
      path,
      received: JSON.stringify({ format: index?.format, version: index?.version, channels: index?.channels }),
      expected: '"driftfield-dataset", version 1, 4 channels',
      hint,
    });
  }
  const { name, size, count, shards, records } = index;
  const whole = (n: unknown): n is number => Number.isInteger(n) && (n as number) > 0;
  const good =
    typeof name === "string" && typeof records === "string" && whole(size) && whole(count) && Array.isArray(shards) &&
    shards.every((shard) => typeof shard?.file === "string" && whole(shard.count)) &&
    shards.reduce((sum, shard) => sum + shard.count, 0) === count;
  if (!good) throw new DriftfieldError("invalid_file", "the data set's index contradicts itself", { path, hint });
  return index as DatasetIndex;
}

async function readRecords(path: string, index: DatasetIndex, hint: string): Promise<DataRecord[]> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new DriftfieldError("not_found", "the data set's records are missing", { path, hint, cause });
  });
  const lines = text.split("\n").filter((line) => line !== "");
  if (lines.length !== index.count) {
    throw new DriftfieldError("invalid_file", "the data set has another number of records than pictures", {
      path,
      received: `${lines.length} records`,
      expected: `${index.count} records`,
      hint,
    });
  }
  return lines.map((line, at) => {
    try {
      return checkRecord(JSON.parse(line));
    } catch (cause) {
      throw new DriftfieldError("invalid_file", `record ${at + 1} is damaged`, { path, received: line, hint, cause });
    }
  });
}

function checkRecord(record: DataRecord): DataRecord {
  const { id, code, style, name, keywords, group, colors, split } = record;
  const texts = [id, code, style, name, group, ...keywords, ...colors];
  if (!texts.every((text) => typeof text === "string") || name === "") throw new TypeError("texts expected");
  if (!SPLITS.includes(split)) throw new TypeError(`unknown split ${split}`);
  return record;
}
