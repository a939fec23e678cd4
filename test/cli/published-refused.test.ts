// Published folders that can't be run: what is wrong and what to do, before any work, and nothing written.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { maskPng, picturePng, publishedCases, publishedFiles } from "../helpers/published-files.ts";
import { writePublishedFolder } from "../helpers/published-folder.ts";
import { type Cli, cliOf, type Finished } from "./process.ts";

const [sd2] = publishedCases;
const UNET = "unet/diffusion_pytorch_model.safetensors";
const index = (name: string) => JSON.stringify({ _class_name: name, unet: ["diffusers", "UNet2DConditionModel"] });

type Change = Record<string, string | Uint8Array | null>;
const replace = (name: string, content: string | null) => (): Change => ({ [name]: content });
const unetConfig = (keys: object) => replace("unet/config.json", JSON.stringify({ ...sd2.configs.unet, ...keys }));
const unchanged = (): Change => ({});

/** What is refused, how the folder is changed, further arguments, the error. */
const cases: [what: string, change: (whole: Uint8Array) => Change, args: string[], error: RegExp][] = [
  ["SDXL", replace("model_index.json", index("StableDiffusionXLPipeline")), [], /Stable Diffusion XL \(.*yet/],
  ["Flux", replace("model_index.json", index("FluxPipeline")), [], /Flux \(FluxPipeline\), which isn't supported yet/],
  ["an unknown pipeline", replace("model_index.json", index("MyPipeline")), [], /MyPipeline, which isn't supp/],
  ["a lacking index", replace("model_index.json", index("StableDiffusionPipeline")), [], /has no tokenizer/],
  ["an index that is broken", replace("model_index.json", "{"), [], /model_index.json: it isn't JSON/],
  ["a missing component", replace("vae/config.json", null), [], /lacks vae\/config.json/],
  ["missing weights", replace(UNET, null), [], /unet holds no weights/],
  ["pickles", () => ({ [UNET]: null, "unet/diffusion_pytorch_model.bin": "PK" }), [], /it is a Python pickle/],
  ["a truncated file", (whole) => ({ [UNET]: whole.subarray(0, whole.length - 100) }), [], /cut off/],
  ["weights of another size", unetConfig({ block_out_channels: [8, 24] }), [], /the tensor \S+ is (\[|missing)/],
  ["an unknown key", unetConfig({ gligen: true }), [], /gligen/],
  ["a misshapen config", unetConfig({ block_out_channels: "wide" }), [], /block_out_channels/],
  ["an unknown scheduler", replace("scheduler/scheduler_config.json", '{"_class_name": "MyOne"}'), [], /MyOne/],
  ["a size between latents", unchanged, ["--size", "17x16"], /sides that are multiples of 2, got size 17x16/],
  ["a mask alone", unchanged, ["--mask", "mask.png"], /a mask needs the picture that it lies on/],
  ["no step left", unchanged, ["--image", "image.png", "--strength", "0.1", "--steps", "5"], /leaves none of 5/],
];

let cli: Cli;
let finished: Finished[];
beforeAll(async () => {
  cli = await cliOf(new URL("./real-main.ts", import.meta.url));
  const whole = (await publishedFiles(sd2)).get(UNET) as Uint8Array;
  writeFileSync(join(cli.folder, "image.png"), picturePng(16, 16));
  writeFileSync(join(cli.folder, "mask.png"), maskPng(16, 16));
  for (const [i, [, change]] of cases.entries()) {
    await writePublishedFolder(join(cli.folder, `m${i}`), sd2, change(whole));
  }
  const shared = (i: number) => ["generate", "a cat", "--model", `m${i}`, "--out", `${i}.png`];
  const commands = cases.map(([, , args], i) => [...shared(i), ...args]);
  finished = await cli.runAll(commands);
});
afterAll(() => cli.close());

it.each(cases.map(([what], i) => [what, i] as const))("refuses %s", (_, i) => {
  const { status, stdout, stderr } = finished[i];
  const [error, hint, ...rest] = stderr.trimEnd().split("\n");
  expect([stdout, status === 1 || status === 2, rest]).toEqual(["", true, []]);
  expect(error).toMatch(cases[i][3]);
  expect(error).toMatch(/^error: /);
  expect(hint).toMatch(/^hint: ./);
  expect(existsSync(join(cli.folder, `${i}.png`))).toBe(false);
});
