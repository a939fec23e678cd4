// The shipped command on model folders as training writes them: tiny ones with random weights, whole and damaged.
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fileSource, readSafetensorsHeader, readTensor, writeSafetensors } from "../../src/files/index.ts";
import { type Cli, cliOf } from "./process.ts";
import { writeTinyModels } from "./tiny-model.ts";

let cli: Cli;
beforeAll(async () => {
  cli = await cliOf(new URL("../../src/cli/main.ts", import.meta.url));
  await writeTinyModels(join(cli.folder, "models"));
});
afterAll(() => cli.close());

const file = (name: string) => join(cli.folder, name);
const generate = (...args: string[]) => cli.run(["generate", "a cat wearing a hat", "--seed", "4", ...args]);

describe("a model folder", () => {
  it("makes a picture that verifies bit for bit", async () => {
    const done = await generate("--model", "models/emoji", "--out", "cat.png");
    expect(done).toEqual({ status: 0, stdout: "cat.png\n", stderr: "" });
    const again = await cli.run(["verify", "cat.png", "--model", "models/emoji", "--json"]);
    expect([again.status, again.stderr]).toEqual([0, ""]);
    expect(JSON.parse(again.stdout)).toMatchObject({ same: true, largest_difference: 0, tolerance: 0, device: "cpu" });
  });

  it("verifies to one level of 255 on another provider, ONNX Runtime's WebAssembly", async () => {
    await generate("--model", "models/emoji", "--out", "wasm.png");
    const wasm = await cli.run(["verify", "wasm.png", "--model", "models/emoji", "--device", "wasm", "--json"]);
    expect([wasm.status, wasm.stderr]).toEqual([0, ""]);
    const { largest_difference, tolerance } = JSON.parse(wasm.stdout);
    expect(tolerance).toBe(1);
    expect(largest_difference).toBeLessThanOrEqual(1);
  });

  it("makes picture i of n bit for bit as seed + i alone", async () => {
    const sampled = ["--model", "models/emoji", "--sampler", "ddpm", "--json"];
    const three = JSON.parse((await generate("-n", "3", ...sampled)).stdout);
    const alone = JSON.parse((await cli.run(["generate", "a cat wearing a hat", "--seeds", "6", ...sampled])).stdout);
    expect(alone.images[0].sha256).toBe(three.images[2].sha256);
  });

  it("is named with what it holds and lacks", async () => {
    const whole = JSON.parse((await cli.run(["inspect", "models/emoji", "--json"])).stdout);
    expect(whole).toMatchObject({ class: "DriftfieldTextToImagePipeline", missing: [] });
    const names = whole.components.map(({ name }: { name: string }) => name).toSorted();
    expect(names).toEqual(["scheduler", "text_encoder", "tokenizer", "transformer", "vae"]);
    const parameters = whole.components.reduce(
      (sum: number, component: { parameters: number }) => sum + component.parameters,
      0,
    );
    expect(whole.parameters).toBe(parameters);
    expect(whole.memory).toEqual({ float32: 4 * parameters, float16: 2 * parameters, int8: parameters });
    cpSync(file("models/emoji"), file("lacking"), { recursive: true });
    rmSync(file("lacking/vae"), { recursive: true });
    rmSync(file("lacking/transformer/diffusion_pytorch_model.safetensors"));
    const lacking = await cli.run(["inspect", "lacking"]);
    expect(lacking.stdout).toMatch(/\nmissing: transformer\/\*\.safetensors, vae\nsuperfluous: nothing\n$/);
    writeFileSync(file("lacking/transformer/diffusion_pytorch_model.bin"), "PK");
    cpSync(file("lacking/text_encoder/model.safetensors"), file("lacking/text_encoder/model.fp16.safetensors"));
    const foreign = JSON.parse((await cli.run(["inspect", "lacking", "--json"])).stdout);
    expect(foreign.missing).toEqual([expect.stringMatching(/^transformer\/.*it is a Python pickle/), "vae"]);
    const unread = ["text_encoder/model.fp16.safetensors", "transformer/diffusion_pytorch_model.bin"];
    expect(foreign.superfluous.toSorted()).toEqual(unread);
  });

  it("has to be named to verify, where its name isn't one that ships", async () => {
    cpSync(file("models/emoji"), file("own"), { recursive: true });
    const index = readFileSync(file("own/model_index.json"), "utf8");
    writeFileSync(file("own/model_index.json"), index.replace('"emoji"', '"mine"'));
    await generate("--model", "own", "--out", "my cat.png");
    expect(await cli.run(["verify", "my cat.png"])).toEqual({
      status: 1,
      stdout: "",
      stderr:
        'error: my cat.png was made by the model "mine", which doesn\'t ship\n' +
        "hint: Name its folder: driftfield verify 'my cat.png' --model <folder>\n",
    });
    expect((await cli.run(["verify", "my cat.png", "--model", "own"])).status).toBe(0);
  });

  it("of one component alone makes no picture", async () => {
    expect(await generate("--model", "models/clip")).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/lacks model_index\.json\nhint: This folder holds one model: name that of a whole/),
    });
  });

  it("is a wrong value of --model where it isn't there", async () => {
    const { status, stdout, stderr } = await generate("--model", "emojii");
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^error: there is no model "emojii"\nhint: (Did you mean emoji|Models that ship: none)/);
  });
});

describe("damaged weights", () => {
  const weights = "transformer/diffusion_pytorch_model.safetensors";

  /** The status and first line of a run on a copy of the model with its denoiser's file changed. */
  async function runWith(
    name: string,
    change: (path: string) => void | Promise<void>,
  ): Promise<[number | null, string]> {
    cpSync(file("models/emoji"), file(name), { recursive: true });
    await change(file(join(name, weights)));
    const { status, stdout, stderr } = await generate("--model", name, "--out", `${name}.png`);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^error: .+\nhint: .+\n$/);
    return [status, stderr.split("\n")[0]];
  }

  it("that are cut off are refused", async () => {
    const [status, error] = await runWith("cut", (path) => writeFileSync(path, readFileSync(path).subarray(0, 9000)));
    expect(status).toBe(1);
    expect(error).toMatch(/diffusion_pytorch_model\.safetensors/);
  });

  it("with one flipped bit are refused", async () => {
    const [status, error] = await runWith("flipped", (path) => {
      const bytes = readFileSync(path);
      bytes[bytes.length - 100] ^= 1;
      writeFileSync(path, bytes);
    });
    expect([status, error.replace(/.*transformer/, "")]).toEqual([
      1,
      "/diffusion_pytorch_model.safetensors is damaged: its numbers aren't those written",
    ]);
  });

  it("with a header of 2^60 bytes are refused", async () => {
    const [status, error] = await runWith("header", (path) => {
      const bytes = readFileSync(path);
      bytes.writeBigUInt64LE(2n ** 60n, 0);
      writeFileSync(path, bytes);
    });
    expect(status).toBe(1);
    expect(error).toMatch(/its header claims 1152921504606846976 bytes/);
  });

  it("with tensors that overlap are refused", async () => {
    const [status, error] = await runWith("overlapping", (path) => {
      const bytes = readFileSync(path);
      const length = Number(bytes.readBigUInt64LE(0));
      const header = bytes.subarray(8, 8 + length).toString();
      const [whole, from, to] = header.match(/"data_offsets":\[([1-9]\d*),(\d+)\]/)!;
      const shifted = `"data_offsets":[${Number(from) - 4},${Number(to) - 4}]`.padEnd(whole.length, " ");
      writeFileSync(path, bytes.toString("latin1").replace(whole, shifted), "latin1");
    });
    expect(status).toBe(1);
    expect(error).toMatch(/diffusion_pytorch_model\.safetensors, tensor .*: overlaps another tensor/);
  });

  it.each([
    ["missing", null],
    ["misshapen", [3, 5]],
  ])("with a %s tensor are refused by its name", async (name, shape) => {
    const [status, error] = await runWith(name, async (path) => {
      const source = await fileSource(path);
      const stored = await readSafetensorsHeader(source);
      const names = [...stored.tensors.keys()];
      const tensors = await Promise.all(names.map(async (key) => ({ name: key, ...(await readTensor(stored, key)) })));
      await source.close();
      const kept =
        shape === null
          ? tensors.slice(1)
          : [{ name: names[0], shape, data: new Float32Array(15) }, ...tensors.slice(1)];
      await writeSafetensors(path, kept);
      expect(names.length).toBeGreaterThan(1);
    });
    expect(status).toBe(1);
    expect(error).toMatch(shape === null ? /the tensor \S+ is missing$/ : /the tensor \S+ is \[3,5\]$/);
  });
});

describe("CLIP", () => {
  it("embeds texts and pictures into unit vectors of one space", async () => {
    await generate("--model", "models/emoji", "--out", "e.png");
    const { status, stdout, stderr } = await cli.run([
      "embed",
      "a cat",
      "e.png",
      "a red rocket",
      "--model",
      "models/clip",
      "--json",
    ]);
    expect([status, stderr]).toEqual([0, ""]);
    const { model, inputs, embeddings, similarity } = JSON.parse(stdout);
    expect([model, inputs]).toEqual(["clip", ["a cat", "e.png", "a red rocket"]]);
    for (const [i, a] of embeddings.entries()) {
      expect(Math.hypot(...a)).toBeCloseTo(1, 5);
      for (const [j, b] of embeddings.entries()) {
        const cosine = a.reduce((sum: number, value: number, k: number) => sum + value * b[k], 0);
        expect(similarity[i][j]).toBeCloseTo(cosine, 6);
      }
    }
    const table = await cli.run(["embed", "a cat", "e.png", "--model", "models/clip"]);
    expect(table.stdout).toMatch(/^ +a cat +e\.png\na cat +1\.000 +-?\d\.\d{3}\ne\.png +-?\d\.\d{3} +1\.000\n$/);
  });

  it("says how probable each label is, as the softmax of scaled cosines", async () => {
    await generate("--model", "models/emoji", "--out", "l.png");
    const { stdout } = await cli.run([
      "classify",
      "l.png",
      "l.png",
      "--labels",
      "a cat,a red rocket,hat",
      "--model",
      "models/clip",
      "--json",
    ]);
    const { labels, probabilities } = JSON.parse(stdout);
    expect(labels).toEqual(["a cat", "a red rocket", "hat"]);
    expect(probabilities).toHaveLength(2);
    const { similarity } = JSON.parse(
      (await cli.run(["embed", "l.png", ...labels, "--model", "models/clip", "--json"])).stdout,
    );
    // The tiny model's logit_scale is 2: exp(2) times the cosines.
    const weights = similarity[0].slice(1).map((cosine: number) => Math.exp(Math.exp(2) * cosine));
    const total = weights.reduce((sum: number, weight: number) => sum + weight, 0);
    for (const [i, weight] of weights.entries()) expect(probabilities[0][i]).toBeCloseTo(weight / total, 4);
  });
});

describe("driftfield bench", () => {
  it("times every part of a picture", async () => {
    const { status, stdout, stderr } = await cli.run(["bench", "--model", "models/emoji", "--steps", "2", "--json"]);
    expect([status, stderr]).toEqual([0, ""]);
    const { parts } = JSON.parse(stdout);
    expect(parts.map(({ part }: { part: string }) => part)).toEqual([
      "load",
      "encode_text",
      "step",
      "guided_step",
      "decode",
      "picture",
    ]);
    for (const { min, median, runs } of parts) {
      expect(min).toBeGreaterThan(0);
      expect(median).toBeGreaterThanOrEqual(min);
      expect(runs).toBeGreaterThanOrEqual(1);
    }
  });
});
