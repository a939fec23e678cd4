// Lint, types and unused exports, each by its own tool.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "./repository.ts";

/** Where svelte-check lies, beside the older TypeScript that it needs. */
const svelteTypes = join("scripts", "svelte-types");

/** Runs a package's command in the repository; its exit status and whatever it printed. */
function tool(name: string, ...args: string[]): Promise<{ status: number; output: string }> {
  const env = { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0" };
  return new Promise((resolve) => {
    const command = join(root, name === "svelte-check" ? svelteTypes : "", "node_modules", ".bin", name);
    execFile(command, args, { cwd: root, env, shell: process.platform === "win32" }, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : 1, output: `${stdout}${stderr}` || `${error ?? ""}` });
    });
  });
}

it.each([
  ["finds nothing to mend in the code (oxlint)", "oxlint", "--deny-warnings", "--format=unix"],
  ["finds every type right (tsc)", "tsc", "--project", "tsconfig.json"],
  [
    "finds every type right within the studio's components (svelte-check)",
    "svelte-check", "--tsconfig", join(svelteTypes, "tsconfig.json"), "--fail-on-warnings", "--threshold", "warning",
    "--output", "human",
  ],
  ["finds no unused file, export or dependency (knip)", "knip", "--no-progress", "--reporter", "compact"],
])("%s", async (_, name, ...args) => {
  const { status, output } = await tool(name, ...args);
  expect(status, `\n${output}${output.includes("ENOENT") ? "\nRun npm ci: a package is missing." : ""}`).toBe(0);
});
