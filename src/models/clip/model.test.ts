// A folder of openai/clip-vit-base-patch32's form against transformers (oracle/clip_folder.py), wherever it lies.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import golden from "../../../test/golden/clip-folder.json" with { type: "json" };
import tokenizers from "../../../test/golden/tokenizers.json" with { type: "json" };
import { relative } from "../../../test/helpers/counter-weights.ts";
import { counterWeight } from "../../../test/helpers/counter.ts";
import { blobFolder, encodeSafetensors } from "../../files/index.ts";
import { labelProbabilities, rowsOf } from "../../pipelines/clip.ts";
import { nodeBackend, webBackend } from "../../runtime/index.ts";
import type { RgbImage } from "../types.ts";
import { loadClipModel } from "./model.ts";

let root = "";
let files: Record<string, string | Uint8Array>;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "driftfield-clip-"));
  const tensors = Object.entries(golden.tensors).map(([name, shape]) => ({
    name,
    shape,
    data: counterWeight(name, shape),
  }));
  files = {
    ...golden.tokenizer,
    "config.json": JSON.stringify(golden.config),
    "preprocessor_config.json": JSON.stringify(golden.preprocessor),
    "vocab.json": JSON.stringify(tokenizers.vocab),
    "merges.txt": ["#version: 0.2", ...tokenizers.merges, ""].join("\n"),
    "model.safetensors": await encodeSafetensors(tensors),
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(root, name), content);
});
afterAll(() => rm(root, { recursive: true }));

/** oracle/clip_folder.py's picture. */
function picture([width, height]: number[]): RgbImage {
  const at = (i: number) => [Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3];
  const value = ([x, y, c]: number[]) => (x * 37 + y * 61 * (c + 1) + x * y * 5) % 256;
  return { width, height, data: Uint8Array.from({ length: width * height * 3 }, (_, i) => value(at(i))) };
}

describe.each(["a folder, natively", "picked files, by wasm"])("a published CLIP from %s", (where) => {
  it("gives transformers' vectors and probabilities", async () => {
    const blobs = Object.entries(files).map(([name, text]) => [`clip/${name}`, new Blob([text as string])] as const);
    const picked = () => blobFolder(new Map(blobs));
    const clip = where.startsWith("picked")
      ? await loadClipModel(picked(), { backend: withOneThread })
      : await loadClipModel(root, { backend: await nodeBackend() });
    const texts = await clip.embedText(golden.texts);
    const images = await clip.embedImages(golden.sizes.map(picture));
    await clip.dispose();
    expect(relative(texts, golden.text_embeds)).toBeLessThan(2e-5);
    expect(relative(images, golden.image_embeds)).toBeLessThan(2e-5);
    const rows = rowsOf(images).map((image) => labelProbabilities(image, rowsOf(texts), clip.logitScale));
    const probabilities = { data: Float32Array.from(rows.flat()), shape: golden.probabilities.shape };
    expect(relative(probabilities, golden.probabilities)).toBeLessThan(2e-5);
  });
});

const web = webBackend("wasm");
const withOneThread: typeof web = {
  ...web,
  session: (graph, options) => web.session(graph, { ...options, threads: 1 }),
};

describe("refuses", () => {
  const load = async (change: Record<string, string>) => {
    const all = Object.entries({ ...files, ...change });
    const blobs = new Map(all.map(([name, content]) => [name, new Blob([content as string])]));
    const clip = await loadClipModel(blobFolder(blobs, "it"), { backend: await nodeBackend() });
    await clip.dispose();
  };
  const { text_config } = golden.config;
  it.each<[what: string, change: Record<string, string>, code: string, message: RegExp]>([
    ["another model", { "config.json": '{"model_type": "siglip"}' }, "unsupported", /it holds siglip.*yet/],
    ["a config of another size", changed({ text_config: { ...text_config, hidden_size: 32 } }), "shape_mismatch", /\[/],
    ["a config without sense", changed({ text_config: 3 }), "invalid_file", /text_config/],
    ["a key that means something", changed({ rotary: true }), "invalid_file", /rotary/],
    ["another way to shrink", processor({ resample: 2 }), "invalid_file", /resample/],
    ["another size of pictures", processor({ crop_size: 32 }), "invalid_file", /crop_size must be the model's 16/],
    ["a broken weight file", { "model.safetensors": "{}" }, "invalid_file", /isn't a whole safetensors file/],
  ])("%s", async (_, change, code, message) => {
    await expect(load(change)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

function changed(keys: object): Record<string, string> {
  return { "config.json": JSON.stringify({ ...golden.config, ...keys }) };
}

function processor(keys: object): Record<string, string> {
  return { "preprocessor_config.json": JSON.stringify({ ...golden.preprocessor, ...keys }) };
}
