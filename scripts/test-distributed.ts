// `npm run test:distributed`: what TypeScript says, then the Python tests held against it. Where no Python of 3.11 or
// later has PyTorch, one sentence says so and the tests count as skipped; what hangs has failed (tests/watch.py).
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const FIXTURE_MILLISECONDS = 300_000;
const root = join(import.meta.dirname, "..");
const own = join(root, "distributed", ".venv", "bin", "python");
const candidates = [process.env["DRIFTFIELD_PYTHON"], existsSync(own) ? own : undefined, "python3"];
const check = "import sys, torch, numpy; sys.exit(sys.version_info < (3, 11))";
const python = candidates.find(
  (command) => command !== undefined && spawnSync(command, ["-c", check], { stdio: "ignore" }).status === 0,
);

function run(): number {
  if (python === undefined) {
    process.stdout.write("distributed/: no Python 3.11 or later with torch and numpy here (DRIFTFIELD_PYTHON names one)\n");
    process.stdout.write("0 passed, 0 failed, 1 skipped\n");
    return 0;
  }
  const folder = mkdtempSync(join(tmpdir(), "driftfield-distributed-"));
  try {
    const fixture = ["--import", "tsx", join("distributed", "tests", "fixture.ts"), folder];
    const made = spawnSync(process.execPath, fixture, {
      cwd: root, stdio: ["ignore", "ignore", "inherit"], timeout: FIXTURE_MILLISECONDS, killSignal: "SIGKILL",
    });
    if (made.status !== 0) {
      const late = made.error && "code" in made.error && made.error.code === "ETIMEDOUT";
      if (late) process.stdout.write("distributed/tests/fixture.ts took more than 5 minutes\n");
      process.stdout.write("0 passed, 1 failed, 0 skipped\n");
      return 1;
    }
    const env = { ...process.env, DRIFTFIELD_FIXTURE: folder, TMPDIR: folder };
    const how = { cwd: join(root, "distributed"), stdio: "inherit", env } as const;
    return spawnSync(python, ["-W", "ignore", "-m", "tests"], how).status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exit(run());
