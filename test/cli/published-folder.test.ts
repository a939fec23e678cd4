// What a published folder holds, seen from the command line: its tensors, its variants, what decides pixels, and what
// is wrong with it before any work.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { encodeSafetensors } from "../../src/files/index.ts";
import { loadPipeline } from "../../src/pipelines/index.ts";
import { counterWeight } from "../helpers/counter.ts";
import { publishedCases } from "../helpers/published-files.ts";
import { writePublishedFolder } from "../helpers/published-folder.ts";
import { type Cli, cliOf } from "./process.ts";

const sd2 = publishedCases.find(({ name }) => name === "sd2")!;
const ddpm = publishedCases.find(({ name }) => name === "ddpm")!;
const file = (name: string) => join(cli.folder, name);

let cli: Cli;
beforeAll(async () => {
  cli = await cliOf(new URL("./real-main.ts", import.meta.url));
  await writePublishedFolder(file("sd2"), sd2);
  await writePublishedFolder(file("ddpm"), ddpm);
  await writePublishedFolder(file("bad"), sd2, {
    "vae/diffusion_pytorch_model.safetensors": await changed("vae", {
      "decoder.conv_out.bias": null,
      "decoder.conv_in.bias": [9],
      "model_ema.decay": [1],
    }),
  });
  cpSync(file("sd2"), file("both"), { recursive: true });
  for (const component of ["unet", "vae", "text_encoder"]) {
    const stem = component === "text_encoder" ? "model" : "diffusion_pytorch_model";
    writeFileSync(file(`both/${component}/${stem}.fp16.safetensors`), await changed(component, {}, "F16"));
  }
  mkdirSync(file("pictures"));
});
afterAll(() => cli.close());

/** A component's weights with some tensors left out (null), or of another shape. */
function changed(component: string, changes: Record<string, number[] | null>, dtype: "F32" | "F16" = "F32") {
  const shapes = Object.entries({ ...sd2.tensors[component], ...changes });
  const stored = shapes.flatMap(([name, shape]) =>
    shape === null ? [] : [{ name, shape, dtype, data: counterWeight(name, shape) }],
  );
  return encodeSafetensors(stored);
}

async function inspect(...args: string[]) {
  const [{ status, stdout, stderr }] = await cli.runAll([["inspect", ...args]]);
  expect([status, stderr]).toEqual([0, ""]);
  return stdout;
}

it("is compared with its configs, tensor by tensor, and nothing is missing from a whole one", async () => {
  for (const [folder, test] of [["sd2", sd2], ["ddpm", ddpm]] as const) {
    const report = JSON.parse(await inspect(folder, "--json"));
    expect(report).toMatchObject({ missing: [], wrong: [], superfluous: [], notes: [] });
    const compared = report.components.filter(({ compared }: { compared: boolean }) => compared);
    expect(compared.map(({ name }: { name: string }) => name).toSorted()).toEqual(Object.keys(test.tensors).toSorted());
  }
});

it("is said to lack a tensor, to have one of another shape, and one that nothing asks for", async () => {
  const report = JSON.parse(await inspect("bad", "--json"));
  expect(report).toMatchObject({
    missing: ["vae: decoder.conv_out.bias [3]"],
    wrong: ["vae: decoder.conv_in.bias is F32 [9], the config asks for [8]"],
    superfluous: ["vae: model_ema.decay"],
  });
  const text = await inspect("bad");
  expect(text).toContain("\nmissing: vae: decoder.conv_out.bias [3]\nwrong: vae: decoder.conv_in.bias is F32 [9]");
  expect(text).toMatch(/\ncomponent +tensors +parameters +stored as +size +float32 +float16 +int8\n/);
});

it("isn't compared where its config isn't understood, which is said", async () => {
  const config = JSON.stringify({ ...sd2.configs.unet, gligen: true });
  await writePublishedFolder(file("odd"), sd2, { "unet/config.json": config });
  const { notes, missing } = JSON.parse(await inspect("odd", "--json"));
  expect([notes, missing]).toEqual([[expect.stringMatching(/^unet: .*gligen.*weren't compared$/)], []]);
});

it("with a bad autoencoder is refused before anything loads", async () => {
  const loads: string[] = [];
  const loading = loadPipeline(file("bad"), {
    onProgress: (event) => event.type === "load" && loads.push(event.component),
  });
  await expect(loading).rejects.toThrow(/vae: the tensor decoder\.\S+ is (missing|\[9\])/);
  expect(loads).toEqual([]);
});

const generate = (folder: string, out: string, ...args: string[]) => [
  "generate", "a cat", "--model", folder, "--steps", "2", "--seed", "1", "--json", "--out", out, ...args,
];

it("gives the variant that is asked for, which the picture remembers", async () => {
  const results = await cli.runAll([
    generate("both", "plain.png"),
    generate("both", "half.png", "--variant", "fp16"),
    ["verify", "half.png", "--model", "both", "--json"],
    generate("both", "none.png", "--variant", "bf16"),
    generate("sd2", "none.png", "--variant", "fp16"),
  ]);
  const [plain, half, again, ...refused] = results;
  expect([plain, half, again].map(({ status, stderr }) => [status, stderr])).toEqual(Array(3).fill([0, ""]));
  const [one, other] = [plain, half].map(({ stdout }) => JSON.parse(stdout).images[0].sha256);
  expect(one).not.toBe(other);
  expect(JSON.parse(again.stdout)).toMatchObject({ same: true, sha256: other });
  expect(await inspect("half.png", "--as", "cli")).toContain("--variant fp16");
  for (const { status, stderr } of refused) {
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/^error: \S+\/text_encoder has no variant "(bf16|fp16)"\nhint: .*or take the plain one/);
  }
  expect(refused[0].stderr).toContain("fp16");
  const report = JSON.parse(await inspect("both", "--variant", "fp16", "--json"));
  const { dtypes, variant } = report.components.find(({ name }: { name: string }) => name === "unet");
  expect([Object.keys(dtypes), variant]).toEqual([["F16"], "fp16"]);
  expect(report.missing).toEqual([]);
});

it("decodes in tiles, which the picture remembers", async () => {
  const size = ["--size", "48x32"];
  const [whole, tiled, again] = await cli.runAll([
    generate("sd2", "whole.png", ...size),
    generate("sd2", "tiled.png", ...size, "--vae-tiling", "--memory-limit", "1GB"),
    ["verify", "tiled.png", "--model", "sd2", "--json"],
  ]);
  const [one, other] = [whole, tiled].map(({ stdout }) => JSON.parse(stdout).images[0].sha256);
  expect(one).not.toBe(other);
  expect(JSON.parse(again.stdout)).toMatchObject({ same: true, sha256: other });
  expect(readFileSync(file("tiled.png"), "latin1")).toContain('"vae_tiling":true');
});

it("without a text takes no prompt, and with one needs it", async () => {
  const bare = ["--steps", "2", "--seed", "1"];
  const [plain, spoken, again, silent] = await cli.runAll([
    ["generate", "--model", "ddpm", ...bare, "--out", "bare.png"],
    ["generate", "a cat", "--model", "ddpm", ...bare, "--guidance-scale", "3", "--json", "--out", "spoken.png"],
    ["verify", "bare.png", "--model", "ddpm"],
    ["generate", "--model", "sd2", ...bare, "--out", "silent.png"],
  ]);
  expect(plain).toEqual({ status: 0, stdout: "bare.png\n", stderr: "" });
  expect(JSON.parse(spoken.stdout).warnings).toEqual([
    "this model takes no text: the prompt has no effect",
    "this model takes no text: guidance 3 has no effect",
  ]);
  expect(again.stdout).toBe("bare.png: the same, bit for bit\n");
  expect([silent.status, silent.stdout]).toEqual([2, ""]);
  expect(silent.stderr).toMatch(/^error: the model "\S*sd2" needs a prompt: what the picture shows\nhint: Give/);
});
