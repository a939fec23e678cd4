// The files that git knows or would add, so that the house rules see a new file before its commit.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "..", "..");

const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
  maxBuffer: 1e8,
});

/** Every file of the repository, as paths from its root with forward slashes. */
export const repositoryFiles: readonly string[] = [...new Set(listed.split("\0"))]
  .filter((path) => path !== "" && existsSync(join(root, path)))
  .sort();

/** Files that people write in a programming language. */
export const codeFiles = repositoryFiles.filter((path) => /\.(ts|tsx|mjs|js|svelte|py|sh|wgsl)$/.test(path));

/** The text of a repository file. */
export function textOf(path: string): string {
  return readFileSync(join(root, path), "utf8");
}
