// Files appear whole or not at all: written beside, flushed to the disk, then renamed over the old one.
import { DriftfieldError } from "../core/index.ts";
import { nodeModule, systemErrorCode } from "./node.ts";

const PURPOSE = "writing a file";
let written = 0; // two writes of one process to one path must not share a temporary file

function notWritable(path: string, error: unknown): DriftfieldError {
  const code = systemErrorCode(error);
  const reasons: { [code: string]: [what: string, hint: string] | undefined } = {
    ENOENT: ["its folder doesn't exist", "Create the folder first, or name another one."],
    ENOTDIR: ["part of its path is a file, not a folder", "Name another folder."],
    EISDIR: ["a folder has this name", "Name a file inside the folder."],
    ENOSPC: ["the disk is full", "Free some space, or name another disk."],
  };
  const [what, hint] = reasons[code ?? ""] ?? [
    `the folder can't be written to (${code ?? "unknown reason"})`,
    "Change the folder's permissions, or name another one.",
  ];
  return new DriftfieldError("not_writable", `${path} can't be written: ${what}`, {
    path,
    received: code ?? String(error),
    expected: "a path in a folder that exists and can be written to",
    hint,
    cause: error,
  });
}

/**
 * Checks, before long work, that a file could be written at `path` (by trying, since permissions say less than the
 * disk). Changes nothing.
 * @throws DriftfieldError "not_writable"
 */
export async function assertWritable(path: string): Promise<void> {
  const { open, rm, stat } = nodeModule("node:fs/promises", PURPOSE);
  const existing = await stat(path).catch(() => undefined);
  if (existing?.isDirectory()) throw notWritable(path, { code: "EISDIR" });
  const trial = temporaryName(path);
  try {
    await (await open(trial, "wx")).close();
  } catch (error) {
    throw notWritable(path, error);
  }
  await rm(trial, { force: true });
}

/**
 * Writes `bytes` (or the concatenation of several) to `path`. At every moment, a crash included, the path holds
 * either the old file or the whole new one; a failure leaves nothing behind.
 * @throws DriftfieldError "not_writable"
 */
export async function writeFileAtomic(path: string, bytes: Uint8Array | Iterable<Uint8Array>): Promise<void> {
  const { open, rename, rm } = nodeModule("node:fs/promises", PURPOSE);
  const temporary = temporaryName(path);
  try {
    const handle = await open(temporary, "wx");
    try {
      for (const part of bytes instanceof Uint8Array ? [bytes] : bytes) await handle.writeFile(part);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw systemErrorCode(error) === undefined ? error : notWritable(path, error);
  }
  await syncFolder(path);
}

function temporaryName(path: string): string {
  return `${path}.${process.pid}-${written++}.tmp`;
}

/** Makes the rename itself last through a power cut, where the system lets a folder be flushed. */
async function syncFolder(path: string): Promise<void> {
  const { open } = nodeModule("node:fs/promises", PURPOSE);
  const { dirname } = nodeModule("node:path", PURPOSE);
  try {
    const folder = await open(dirname(path), "r");
    await folder.sync().finally(() => folder.close());
  } catch {
    // Windows and some network disks refuse; the file itself is complete either way.
  }
}
