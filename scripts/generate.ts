// `npm run generate`: writes every generated file that is stale, and names it.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generators } from "./generators/index.ts";

for (const { path, make } of generators) {
  const file = join(import.meta.dirname, "..", path);
  const current = existsSync(file) ? readFileSync(file, "utf8") : "";
  const fresh = await make(current);
  if (fresh === current) continue;
  writeFileSync(file, fresh);
  process.stdout.write(`${path}\n`);
}
