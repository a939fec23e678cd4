// Builds dist/ once before the tests, so that those which start a process run what would ship.
import { execFileSync } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

/** vitest's global set-up. A type error doesn't stop it: the test of types tells of it. */
export default function buildPackage(): void {
  try {
    execFileSync(join(root, "node_modules", ".bin", "tsc"), ["--project", "tsconfig.build.json"], {
      cwd: root,
      stdio: "pipe",
      shell: process.platform === "win32",
    });
  } catch {
    // test/house/tools.test.ts runs the same compiler and prints what it says
  }
}
