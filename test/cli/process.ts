// Runs the command line as a process: bundled once for a test file, then started with plain node, as it ships.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(import.meta.dirname, "..", "..");

/** What a finished process left. `status` is null where a signal ended it. */
export type Finished = { status: number | null; stdout: string; stderr: string };

export type Cli = {
  /** A folder of its own, where the processes run. */
  folder: string;
  start(args: readonly string[], env?: Record<string, string>): { child: ChildProcess; finished: Promise<Finished> };
  run(args: readonly string[], env?: Record<string, string>): Promise<Finished>;
  close(): void;
};

/** Bundles `entry`, a file of TypeScript. */
export async function cliOf(entry: URL): Promise<Cli> {
  // Two folders below the root, as src/cli and dist/cli are: files are found relative to the code.
  const built = join(root, "runs", `test-cli-${process.pid}-${Date.now()}`);
  await build({
    entryPoints: { main: fileURLToPath(entry) },
    outdir: built,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    logLevel: "error",
  });
  const folder = mkdtempSync(join(tmpdir(), "driftfield-cli-"));
  const start: Cli["start"] = (args, env = {}) => {
    const child = spawn(process.execPath, [join(built, "main.js"), ...args], {
      cwd: folder,
      env: { ...process.env, NO_COLOR: "1", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const finished = new Promise<Finished>((resolve, reject) => {
      let [stdout, stderr] = ["", ""];
      child.stdout?.on("data", (text: Buffer) => (stdout += text.toString()));
      child.stderr?.on("data", (text: Buffer) => (stderr += text.toString()));
      child.on("error", reject);
      child.on("close", (status) => resolve({ status, stdout, stderr }));
    });
    return { child, finished };
  };
  return {
    folder,
    start,
    run: (args, env) => start(args, env).finished,
    close() {
      rmSync(built, { recursive: true, force: true });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
