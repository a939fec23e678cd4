// Puts `driftfield` into node_modules/.bin, so that `npx driftfield` in this checkout starts the built command at once:
// npm links the commands of dependencies only, and installs a package with a `bin` of its own into its cache first
// (docs/decisions/0003-npx.md).
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const target = join("dist", "cli", "main.js");
if (existsSync(target)) {
  mkdirSync(join("node_modules", ".bin"), { recursive: true });
  const link = join("node_modules", ".bin", "driftfield");
  rmSync(link, { force: true });
  chmodSync(target, 0o755);
  if (process.platform === "win32") {
    writeFileSync(`${link}.cmd`, `@node "%~dp0\\..\\..\\${target}" %*\r\n`);
    writeFileSync(link, `#!/bin/sh\nexec node "$(dirname "$0")/../../dist/cli/main.js" "$@"\n`);
  } else symlinkSync(join("..", "..", target), link);
}
