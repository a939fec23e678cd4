// Results appear whole or not at all.
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { assertWritable, writeFileAtomic } from "./atomic.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "driftfield-atomic-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

test("a file is replaced by the whole new one, in parts or in one", async () => {
  const path = join(folder, "out.bin");
  await writeFileAtomic(path, Uint8Array.of(1, 2, 3));
  await writeFileAtomic(path, [Uint8Array.of(4), new Uint8Array(0), Uint8Array.of(5, 6)]);
  expect([...(await readFile(path))]).toEqual([4, 5, 6]);
  expect(await readdir(folder)).toEqual(["out.bin"]);
});

test("two writes to one path at once leave one of the two files, whole", async () => {
  const path = join(folder, "out.bin");
  const contents = [1, 2, 3, 4].map((n) => new Uint8Array(100_000).fill(n));
  await Promise.all(contents.map((bytes) => writeFileAtomic(path, bytes)));
  const found = await readFile(path);
  expect(found.length).toBe(100_000);
  expect(found.every((byte) => byte === found[0])).toBe(true);
  expect(await readdir(folder)).toEqual(["out.bin"]);
});

test("a write that fails half way keeps the old file and leaves nothing beside it", async () => {
  const path = join(folder, "out.bin");
  await writeFile(path, "old");
  function* failing() {
    yield new Uint8Array(1000);
    throw new RangeError("no more");
  }
  await expect(writeFileAtomic(path, failing())).rejects.toThrow(new RangeError("no more"));
  expect(await readFile(path, "utf8")).toBe("old");
  expect(await readdir(folder)).toEqual(["out.bin"]);
});

test.each([
  ["whose folder is missing", "missing/out.png", /folder doesn't exist/],
  ["below a file", "file/out.png", /is a file, not a folder/],
  ["that is a folder", "folder", /a folder has this name/],
])("a path %s is refused, before and while writing, with a remedy", async (_, name, message) => {
  await writeFile(join(folder, "file"), "");
  await mkdir(join(folder, "folder"));
  const path = join(folder, name);
  for (const attempt of [() => assertWritable(path), () => writeFileAtomic(path, new Uint8Array(1))]) {
    const error = await attempt().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "not_writable", path, message: expect.stringMatching(message) });
    expect(error).toHaveProperty("hint", expect.stringMatching(/^(Create|Name)/));
  }
  expect((await readdir(folder)).sort()).toEqual(["file", "folder"]);
});

test.skipIf(!existsSync("/proc/self"))("a folder that lets nobody write is refused", async () => {
  await expect(assertWritable("/proc/out.png")).rejects.toMatchObject({ code: "not_writable" });
});

test("asking whether a path is writable changes nothing", async () => {
  const path = join(folder, "out.bin");
  await assertWritable(path);
  expect(await readdir(folder)).toEqual([]);
  await writeFile(path, "old");
  await assertWritable(path);
  expect(await readFile(path, "utf8")).toBe("old");
});
