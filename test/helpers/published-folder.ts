// A Stable Diffusion folder of oracle/pipelines.py on the disk.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type PublishedCase, publishedFiles } from "./published-files.ts";

/** Writes the case's files into `folder`; of `changes`, those that are null are left out. */
export async function writePublishedFolder(
  folder: string,
  test: PublishedCase,
  changes: Readonly<Record<string, string | Uint8Array | null>> = {},
): Promise<void> {
  const files = await publishedFiles(test);
  for (const [name, content] of [...files, ...Object.entries(changes)]) if (content !== null) files.set(name, content);
  for (const [name, content] of files) {
    if (changes[name] === null) continue;
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}
