// `driftfield sample --export`: a folder from which another engine makes pictures (distributed/ holds it to the pixel).
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { withSafetensors } from "../../src/files/index.ts";
import { runInProcess } from "./in-process.ts";
import { writeTinyModels } from "./tiny-model.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "driftfield-bulk-"));
  await writeTinyModels(folder);
  await writeFile(join(folder, "prompts.txt"), "a cat\n\n a red rocket \n");
});
afterAll(() => rm(folder, { recursive: true }));

const cli = (...argv: string[]) => runInProcess(argv);

const exporting = (name: string, ...more: string[]) =>
  cli(
    "sample", "--model", join(folder, "emoji"), "--export", join(folder, name),
    "--prompts", join(folder, "prompts.txt"), ...more,
  );

it("writes graphs, weights, tokens and the plan, each with its checksum", async () => {
  const done = await exporting("bulk", "-n", "5", "--batch-size", "2", "--seed", "7", "--json");
  expect(done).toMatchObject({ status: 0, stderr: "" });
  expect(JSON.parse(done.stdout)).toEqual({ path: join(folder, "bulk"), n: 5, prompts: 2, warnings: [] });
  const told = JSON.parse(readFileSync(join(folder, "bulk", "sampling.json"), "utf8"));
  expect(told).toMatchObject({
    format: "driftfield-sampling", version: 1, model: "emoji", sampler: "heun", num_inference_steps: 4,
    guidance_scale: 3, count: 5, seed: 7, batch_size: 2, width: 32, height: 32, latent_shape: [8, 1, 4, 4],
    prompts: ["a cat", "a red rocket"],
  });
  expect(told.ids.map((row: number[]) => row.length)).toEqual([8, 8]);
  expect(told.plan.evaluations.length).toBe(7); // heun looks twice, but for the last step
  const hash = (file: string) => createHash("sha256").update(readFileSync(join(folder, "bulk", file))).digest("hex");
  for (const { graph, graph_sha256, weights, weights_sha256 } of Object.values<Record<string, string>>(told.parts)) {
    expect(hash(graph)).toBe(graph_sha256);
    expect(hash(weights)).toBe(weights_sha256);
  }
  const decoder = join(folder, "bulk", told.parts.decoder.weights);
  const names = await withSafetensors(decoder, async ({ tensors }) => [...tensors.keys()]);
  expect(names.length).toBeGreaterThan(3);
  expect(names.every((name) => name.startsWith("decoder."))).toBe(true);
});

it("takes one prompt a picture, and says which words the model never saw", async () => {
  await writeFile(join(folder, "unknown.txt"), "a cat\na dog\na dog\n");
  const where = ["--export", join(folder, "said"), "--prompts", join(folder, "unknown.txt")];
  const model = ["--model", join(folder, "emoji")];
  const { status, stdout, stderr } = await cli("sample", ...model, ...where, "--guidance-scale", "1");
  expect([status, stdout]).toEqual([0, `${join(folder, "said")}\n`]);
  expect(stderr.split("\n").filter((line) => line.includes('never saw the word "dog"')).length).toBe(1);
  const told = JSON.parse(readFileSync(join(folder, "said", "sampling.json"), "utf8"));
  expect(told).toMatchObject({ count: 3, guidance_scale: 1 });
});

it("refuses what can't leave, before anything is written", async () => {
  const refused = async (says: string, ...argv: string[]) => {
    const { status, stderr } = await cli("sample", ...argv);
    expect(stderr).toContain(says);
    expect(status).not.toBe(0);
  };
  const pictures = ["--model", join(folder, "emoji"), "--export", join(folder, "new")];
  await refused("--prompts must be a file with a prompt a line", ...pictures);
  await refused("can't be read", ...pictures, "--prompts", join(folder, "none.txt"));
  await writeFile(join(folder, "blank.txt"), "\n \n");
  await refused("at least one prompt", ...pictures, "--prompts", join(folder, "blank.txt"));
  const prompts = ["--prompts", join(folder, "prompts.txt")];
  await refused("--class must be nothing: it is of points", ...pictures, ...prompts, "--class", "0");
  await refused("--rng must be counter", ...pictures, ...prompts, "--rng", "torch");
  await refused("sampler dpmpp-sde can't leave as a plan", ...pictures, ...prompts, "--sampler", "dpmpp-sde");
  await refused("belongs to --export", "--batch-size", "4");
  await refused("holds an exported sampling already", ...pictures.slice(0, 3), join(folder, "bulk"), ...prompts);
  await expect(async () => readFileSync(join(folder, "new", "sampling.json"))).rejects.toThrow("ENOENT");
});
