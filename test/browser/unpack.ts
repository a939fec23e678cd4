// Unpacks the Chromium that the package @sparticuz/chromium carries, once per installation, for Linux on x64.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const modules = join(import.meta.dirname, "..", "..", "node_modules");

/**
 * The folder that holds `chromium`, its swiftshader, `fonts/` and `al2023/lib/` (libnss3 and what it needs, which a
 * bare Debian lacks). Unpacked beside and renamed, so that a reader never sees half of it.
 */
export async function unpackedChromium(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(modules, "@sparticuz", "chromium", "package.json"), "utf8"));
  const cache = join(modules, ".cache", "driftfield");
  const folder = join(cache, `chromium-${version}`);
  if (existsSync(folder)) return folder;

  await mkdir(cache, { recursive: true });
  const partial = await mkdtemp(join(cache, "unpacking-"));
  // The package unpacks into the temporary folder, and its libraries only where it believes itself on Amazon's Linux.
  const env = { ...process.env, TMPDIR: partial, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs20.x" };
  const script = 'import chromium from "@sparticuz/chromium"; await chromium.executablePath();';
  try {
    await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], { cwd: modules, env });
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (!existsSync(folder)) throw error; // another process was first: its folder will do
  }
  return folder;
}
