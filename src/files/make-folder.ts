// Makes a folder for results, before long work that would end in it. Node's own recursive mkdir never returns on a file
// system that refuses new folders with "no such file" (Linux's /proc), so each level is made by itself.
import { DriftfieldError } from "../core/index.ts";
import { assertWritable } from "./atomic.ts";
import { nodeModule, systemErrorCode } from "./node.ts";

const PURPOSE = "making a folder";

/**
 * Makes the folder `path`, and those above it that are missing, and sees that a file can be written in it.
 * @throws DriftfieldError "not_writable"
 */
export async function makeFolder(path: string): Promise<void> {
  const { join, resolve } = nodeModule("node:path", PURPOSE);
  await makeLevel(resolve(path), path);
  await assertWritable(join(path, "trial"));
}

async function makeLevel(level: string, asked: string): Promise<void> {
  const { mkdir, stat } = nodeModule("node:fs/promises", PURPOSE);
  const { dirname } = nodeModule("node:path", PURPOSE);
  const there = async () => (await stat(level).catch(() => undefined))?.isDirectory() === true;
  if (await there()) return;
  if (dirname(level) !== level) await makeLevel(dirname(level), asked);
  try {
    await mkdir(level);
  } catch (error) {
    if (!(await there())) throw refused(asked, error);
  }
}

function refused(path: string, error: unknown): DriftfieldError {
  const code = systemErrorCode(error);
  const why = code === "EEXIST" || code === "ENOTDIR" ? "a file has its name" : `the system refuses (${code})`;
  return new DriftfieldError("not_writable", `the folder ${path} can't be made: ${why}`, {
    path,
    received: code ?? String(error),
    expected: "a folder that exists or can be made",
    hint: "Name another folder, or change the permissions of the one above it.",
    cause: error,
  });
}
