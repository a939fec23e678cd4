// A folder for results is made before the work, or refused with the reason.
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeFolder } from "./make-folder.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "driftfield-folder-"));
});
afterAll(() => rm(folder, { recursive: true }));

it("makes every missing level, leaves nothing in it, and is content with what is there", async () => {
  const path = join(folder, "a", "b", "c");
  await Promise.all([makeFolder(path), makeFolder(path)]);
  await makeFolder(path);
  expect(await readdir(path)).toEqual([]);
});

it("names the folder where a file stands in the way", async () => {
  await writeFile(join(folder, "file"), "");
  for (const path of [join(folder, "file"), join(folder, "file", "deeper")]) {
    await expect(makeFolder(path)).rejects.toMatchObject({
      code: "not_writable",
      message: `the folder ${path} can't be made: a file has its name`,
      hint: expect.stringContaining("Name another folder"),
    });
  }
});

it.runIf(existsSync("/proc/self"))("gives up at once where the system says that a new folder's parent is missing", () =>
  expect(makeFolder("/proc/driftfield/run")).rejects.toMatchObject({ code: "not_writable", received: "ENOENT" }),
);
