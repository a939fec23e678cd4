// Where the built studio lies; in a checkout it is built when it is missing or older than what it is made of.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { DriftfieldError, throwIfAborted } from "../core/index.ts";

export type StudioOptions = { signal?: AbortSignal; onBuild?: () => void };

const home = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/**
 * The folder of the built studio. `onBuild` is called before a build, which takes some seconds.
 * @throws DriftfieldError("not_found") when it isn't there and can't be built, "aborted" by the signal.
 */
export async function studioFolder({ signal, onBuild }: StudioOptions = {}): Promise<string> {
  const built = join(home, "dist", "studio");
  const config = join(home, "studio", "vite.config.ts");
  const vite = join(home, "node_modules", "vite", "bin", "vite.js");
  const there = existsSync(join(built, "index.html"));
  if (existsSync(config) && existsSync(vite) && !(there && (await isFresh(join(built, "index.html"))))) {
    onBuild?.();
    await build(vite, config, built, signal);
    return built;
  }
  if (there) return built;
  throw new DriftfieldError("not_found", "the studio isn't built", {
    path: "studio",
    expected: "dist/studio/index.html",
    hint: "Run `npm ci`, then `npm run build:studio`, in a checkout of Driftfield.",
  });
}

async function isFresh(built: string): Promise<boolean> {
  const made = (await stat(built)).mtimeMs;
  for (const source of ["studio", "src", "package.json"]) {
    if ((await newest(join(home, source))) > made) return false;
  }
  return true;
}

/** When the newest file at or below `path` was changed. */
async function newest(path: string): Promise<number> {
  const status = await stat(path);
  if (!status.isDirectory()) return status.mtimeMs;
  const names = await readdir(path);
  return Math.max(0, ...(await Promise.all(names.map((name) => newest(join(path, name))))));
}

/** Builds beside `built` and puts it in its place, so that nobody sees half of it. */
async function build(vite: string, config: string, built: string, signal?: AbortSignal): Promise<void> {
  const partial = `${built}-${process.pid}`;
  try {
    await run([vite, "build", "--config", config, "--outDir", partial, "--logLevel", "warn"], signal);
    await rm(built, { recursive: true, force: true });
    await rename(partial, built);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

function run(args: readonly string[], signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    // Whatever starts this (a test runner says "test"), what is built is what ships, without svelte's checks.
    const env = { ...process.env, NODE_ENV: "production" };
    const child = spawn(process.execPath, args, { cwd: home, env, stdio: ["ignore", "pipe", "pipe"], signal });
    let said = "";
    child.stdout.on("data", (text: Buffer) => (said += text.toString()));
    child.stderr.on("data", (text: Buffer) => (said += text.toString()));
    child.on("error", (error) => {
      try {
        throwIfAborted(signal);
        reject(error);
      } catch (aborted) {
        reject(aborted);
      }
    });
    child.on("close", (status) => (status === 0 ? resolve() : reject(failed(said))));
  });
}

function failed(said: string): DriftfieldError {
  return new DriftfieldError("unsupported", `the studio can't be built\n${said.trim()}`, {
    path: "studio",
    hint: "Run `npm ci` again; `npm run build:studio` shows the whole message.",
  });
}
