// kill -9 at any moment leaves a readable checkpoint, from which the run goes on.
import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { registryOf } from "../../src/nn/index.ts";
import { loadState } from "../../src/training/index.ts";
import { sineTask } from "./sine-run.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "driftfield-kill-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/**
 * Runs until a checkpoint later than `after` was reported and `delay` ms have passed, then kills. Returns the last
 * report.
 */
function runAndKill(resume: boolean, delay: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const script = new URL("./sine-run.ts", import.meta.url).pathname;
    const child = spawn(process.execPath, ["--import", "tsx", script, folder, resume ? "resume" : "new"], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let reported = 0;
    let errors = "";
    child.stderr.on("data", (text) => (errors += text));
    child.stdout.on("data", (text: Buffer) => {
      if (reported === 0) setTimeout(() => child.kill("SIGKILL"), delay);
      reported = Number(text.toString().trim().split("\n").at(-1));
    });
    child.on("close", (_, signal) => (signal === "SIGKILL" ? resolve(reported) : reject(new Error(errors))));
  });
}

it("keeps a whole checkpoint through kills at random moments, one save behind at most, resumable", async () => {
  const registry = registryOf(sineTask.loss, sineTask.batch);
  let last = 0;
  for (const delay of [0, 7, 23, 61, 113]) {
    const reported = await runAndKill(last > 0, delay);
    const { step, arrays } = await loadState(join(folder, "checkpoint.safetensors"), registry);
    expect(step).toBeGreaterThanOrEqual(reported);
    expect(step).toBeGreaterThan(last);
    expect([...arrays.values()].every((values) => values.every(Number.isFinite))).toBe(true);
    last = step;
  }
  const { length } = (await readdir(folder)).filter((name) => name.endsWith(".tmp"));
  expect(length).toBeLessThanOrEqual(1); // what the last kill cut short; a starting run clears the others away
}, 120_000);
