// The version of this package, as its package.json says it.
import { readFile } from "node:fs/promises";

/** For example "0.1.0". */
export async function packageVersion(): Promise<string> {
  const text = await readFile(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
