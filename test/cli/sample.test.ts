// `driftfield sample` on a folder as smalldiffusion's weights come: its paths, the forms of input and output, errors.
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { writeSafetensors } from "../../src/files/index.ts";
import { runInProcess } from "./in-process.ts";

const golden = JSON.parse(readFileSync(new URL("../golden/points.json", import.meta.url), "utf8"));
const [plain, , , conditional] = golden.cases;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "driftfield-sample-"));
  for (const [name, stored] of Object.entries({ plain, conditional })) {
    await mkdir(join(folder, name));
    const config = { ...stored.config, class_names: ["a", "b", "c"] };
    await writeFile(join(folder, name, "config.json"), JSON.stringify(config));
    type Stored = { shape: number[]; data: number[] };
    const tensors = Object.entries<Stored>(stored.weights).map(([tensor, { shape, data }]) => ({
      name: tensor,
      shape,
      data: Float32Array.from(data),
    }));
    await writeSafetensors(join(folder, name, "model.safetensors"), tensors);
  }
});
afterAll(() => rm(folder, { recursive: true }));

const cli = (...argv: string[]) => runInProcess(argv);

const model = (name: string): string[] => ["sample", "--model", join(folder, name)];

function pairs(flat: readonly number[]): number[][] {
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1]]);
}

function expectNear(found: number[][], expected: readonly number[]): void {
  expect(found.length).toBe(expected.length / 2);
  found.flat().forEach((value, i) => expect(Math.abs(value - expected[i])).toBeLessThan(1e-4));
}

it("walks smalldiffusion's path from given points, and tells every step of it", async () => {
  const [walk] = plain.walks; // gamma 2, mu 0
  const start = join(folder, "start.json");
  await writeFile(start, JSON.stringify({ points: pairs(walk.start) }));
  const done = await cli(
    ...model("plain"), "-n", "20", "--steps", String(walk.steps), "--sampler", "accelerated", "--gamma", "2",
    "--mu", "0", "--initial", start, "--trajectories", "--seed", "1", "--json",
  );
  expect(done).toMatchObject({ status: 0, stderr: "" });
  const found = JSON.parse(done.stdout);
  expect(found).toMatchObject({ sampler: "accelerated", num_inference_steps: walk.steps, seed: 1, n: 20 });
  expect(found.evaluations).toBe(walk.steps);
  expect(found.trajectories.length).toBe(walk.steps + 1);
  expectNear(found.trajectories[0], walk.start);
  walk.after.forEach((after: number[], i: number) => expectNear(found.trajectories[i + 1], after));
  expect(found.points).toEqual(found.trajectories.at(-1));
});

it("draws PyTorch's noise for a folder: the seed means the reference's points", async () => {
  const walk = plain.walks.find(({ mu }: { mu: number }) => mu === 0.5);
  const steps = ["-n", "20", "--steps", String(walk.steps), "--gamma", "1", "--mu", "0.5", "--seed", "5", "--json"];
  expectNear(JSON.parse((await cli(...model("plain"), ...steps)).stdout).points, walk.after.at(-1));
  const counter = JSON.parse((await cli(...model("plain"), ...steps, "--rng", "counter")).stdout).points;
  expect(Math.hypot(counter[0][0] - walk.after.at(-1)[0], counter[0][1] - walk.after.at(-1)[1])).toBeGreaterThan(1e-3);
});

it("steers to classes dealt out in turn, by name or number", async () => {
  const walk = conditional.walks.find(({ guidance }: { guidance: number }) => guidance === 3);
  const options = [
    "-n", "20", "--steps", String(walk.steps), "--gamma", String(walk.gamma), "--mu", String(walk.mu), "--seed", "5",
    "--guidance-scale", "3", "--json",
  ];
  const found = JSON.parse((await cli(...model("conditional"), ...options, "--class", "a,b,2")).stdout);
  expect(found.classes).toEqual(conditional.classes);
  expectNear(found.points, walk.after.at(-1));
});

it("prints a line a point without --json, with any sampler", async () => {
  for (const sampler of ["ddim", "heun", "dpmpp-2m"]) {
    const { stdout, status } = await cli(...model("plain"), "-n", "3", "--steps", "6", "--sampler", sampler);
    expect(status, sampler).toBe(0);
    expect(stdout).toMatch(/^(-?\d\S* -?\d\S*\n){3}$/);
  }
});

it("says what is wrong: the points, the class, the model, the sampler", async () => {
  const bad = join(folder, "bad.json");
  await writeFile(bad, JSON.stringify({ points: [[1, 2], [3]] }));
  expect((await cli(...model("plain"), "--initial", bad)).stderr).toContain("bad.json holds no points");
  const start = join(folder, "one.json");
  await writeFile(start, JSON.stringify({ points: [[1, 2]] }));
  expect((await cli(...model("plain"), "--initial", start, "-n", "7")).stderr).toContain("initial must be 7 points");
  const wrongClass = await cli(...model("conditional"), "--class", "cow");
  expect(wrongClass.status).toBe(2);
  expect(wrongClass.stderr).toContain("one of a, b, c, or a number from 0 to 2");
  expect((await cli(...model("plain"), "--class", "0")).stderr).toContain("this model has none");
  expect((await cli("sample", "--model", join(folder, "nothing"))).stderr).toContain("there is no model");
  expect((await cli(...model("plain"), "--sampler", "acelerated")).stderr).toContain("accelerated");
});
