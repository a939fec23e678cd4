// The process from prompt to file: what it prints, what it writes, how it stops.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodePng, encodePng, readRequestText, sha256 } from "../../src/files/index.ts";
import { type Cli, cliOf } from "./process.ts";

let cli: Cli;
beforeAll(async () => {
  cli = await cliOf(new URL("./analytic-main.ts", import.meta.url));
});
afterAll(() => cli.close());

const file = (name: string) => join(cli.folder, name);

describe("driftfield generate", () => {
  it("prints the path alone, and writes a PNG with the request inside", async () => {
    const done = await cli.run(["generate", "a red picture", "--seed", "7", "--out", "red.png"]);
    expect(done).toEqual({ status: 0, stdout: "red.png\n", stderr: "" });
    const { width, height, data, text } = await decodePng(readFileSync(file("red.png")));
    expect([width, height, ...data.subarray((width - 1) * 3, width * 3)]).toEqual([16, 16, 255, 0, 0]);
    expect(readRequestText(text)).toEqual({
      driftfield: JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8")).version,
      requests: [
        {
          prompt: "a red picture",
          model: "colours",
          num_inference_steps: 8,
          guidance_scale: 3,
          guidance_rescale: 0,
          sampler: "flow-euler",
          noise_scale: 1,
          seed: 7,
          size: "16x16",
          rng: "counter",
        },
      ],
      columns: 1,
      model_hash: "c0".repeat(32),
      device: "cpu",
      machine: expect.stringMatching(/^[0-9a-f]{12}$/),
      batch_size: 1,
      sha256: await sha256([data]),
    });
  });

  it("prints one JSON object with --json, warnings in it", async () => {
    const { status, stdout, stderr } = await cli.run([
      "generate",
      "a redd picture",
      "--seeds",
      "3,9",
      "--out",
      "j.png",
      "--json",
    ]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toEqual({
      images: [
        { path: "j-0.png", seed: 3, width: 16, height: 16, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
        { path: "j-1.png", seed: 9, width: 16, height: 16, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      ],
      model: "colours",
      sampler: "flow-euler",
      num_inference_steps: 8,
      guidance_scale: 3,
      prompt: "a redd picture",
      negative_prompt: null,
      device: "cpu",
      evaluations: 16,
      seconds: expect.any(Number),
      warnings: ['the model never saw the word "redd" of the prompt; the nearest words that it knows: red'],
    });
  });

  it("numbers several pictures, each equal to its seed alone", async () => {
    const several = await cli.run(["generate", "a picture", "--seed", "5", "-n", "3", "--out", "n.png"]);
    expect(several).toEqual({ status: 0, stdout: "n-0.png\nn-1.png\nn-2.png\n", stderr: "" });
    await cli.run(["generate", "a picture", "--seed", "6", "--out", "alone.png"]);
    expect(readFileSync(file("n-1.png"))).toEqual(readFileSync(file("alone.png")));
  });

  it("says warnings on standard error where the result is a path", async () => {
    const { stdout, stderr } = await cli.run(["generate", `${"red ".repeat(10_000)}`, "--out", "long.png"]);
    expect(stdout).toBe("long.png\n");
    expect(stderr).toBe("warning: the prompt has 10000 words and was cut to 6 tokens: the rest has no effect\n");
  });

  it("writes the latents of every step, from which another run starts", async () => {
    await cli.run(["generate", "a picture", "--seed", "1", "--out", "a.png", "--save-latents", "a.safetensors"]);
    const again = await cli.run([
      "generate",
      "a picture",
      "--seed",
      "2",
      "--latents",
      "a.safetensors",
      "--out",
      "b.png",
    ]);
    expect(again.status).toBe(0);
    const [a, b] = await Promise.all(["a.png", "b.png"].map((name) => decodePng(readFileSync(file(name)))));
    expect(b.data).toEqual(a.data);
  });
});

describe("Ctrl-C", () => {
  it.each(["SIGINT", "SIGTERM"] as const)(
    "stops within a step (%s), keeps what is whole, and exits 130",
    async (signal) => {
      const folder = file(signal);
      mkdirSync(folder);
      const args = ["generate", "a picture", "--steps", "40", "-n", "9", "--out", join(folder, "x.png")];
      const { child, finished } = cli.start(args, { ANALYTIC_DELAY: "10" });
      while (!existsSync(join(folder, "x-1.png"))) await new Promise((resolve) => setTimeout(resolve, 5));
      child.kill(signal);
      const asked = performance.now();
      expect(await finished).toEqual({ status: 130, stdout: "", stderr: "interrupted\n" });
      expect(performance.now() - asked).toBeLessThan(1000);
      const left = readdirSync(folder).toSorted();
      expect(left).toEqual(left.map((_, i) => `x-${i}.png`));
      expect(left.length).toBeLessThan(9);
      for (const name of left) await decodePng(readFileSync(join(folder, name)));
    },
  );
});

type Metadata = { device: string; machine: string; model_hash: string; sha256: string; requests: { prompt: string }[] };

describe("driftfield verify", () => {
  it("finds the same pixels, bit for bit", async () => {
    await cli.run(["generate", "a picture", "--sampler", "ddpm", "--negative-prompt", "blue", "--out", "v.png"]);
    expect(await cli.run(["verify", "v.png"])).toEqual({
      status: 0,
      stdout: "v.png: the same, bit for bit\n",
      stderr: "",
    });
    const { stdout } = await cli.run(["verify", "v.png", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ path: "v.png", same: true, largest_difference: 0, tolerance: 0 });
  });

  it("verifies a strip as a whole", async () => {
    await cli.run(["sweep", "a picture", "a red picture", "--guidance-scale", "1,4", "--out", "strip.png"]);
    expect(await cli.run(["verify", "strip.png"])).toMatchObject({ status: 0, stderr: "" });
  });

  /** v.png again, with something changed. */
  async function changed(name: string, change: (data: Uint8Array, json: Metadata) => void, rehash: boolean) {
    await cli.run(["generate", "a red picture", "--seed", "2", "--out", "v.png"]);
    const { width, height, data, text } = await decodePng(readFileSync(file("v.png")));
    const json = JSON.parse(text.driftfield) as Metadata;
    change(data, json);
    if (rehash) json.sha256 = await sha256([data]);
    writeFileSync(file(name), encodePng({ width, height, data, text: { driftfield: JSON.stringify(json) } }));
    return cli.run(["verify", name]);
  }

  it("fails where a pixel was changed", async () => {
    const { status, stdout, stderr } = await changed("edited.png", (data) => (data[5] ^= 1), false);
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toBe(
      "error: edited.png was changed after it was made: its pixels aren't those recorded in it\n" +
        "hint: Take the file as it was first written, or make the picture again.\n",
    );
  });

  it("fails where pixel and hash were changed together", async () => {
    const { status, stderr } = await changed("forged.png", (data) => (data[5] ^= 1), true);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^error: forged.png can't be made again bit for bit: the pixels differ by up to 1\/255\nhint: /,
    );
  });

  it("allows one level of 255 for a picture of another machine, and no more", async () => {
    const elsewhere = (difference: number) => (data: Uint8Array, json: Metadata) => {
      json.machine = "000000000000";
      data[5] ^= difference;
    };
    expect(await changed("near.png", elsewhere(1), true)).toEqual({
      status: 0,
      stdout: "near.png: the same to within 1/255\n",
      stderr: "",
    });
    expect((await changed("far.png", elsewhere(2), true)).status).toBe(1);
    const page = await changed("page.png", (_, json) => (json.device = "webgpu"), false);
    expect(page).toMatchObject({ status: 0, stdout: "page.png: the same, bit for bit\n" });
  });

  it("fails where another seed is named, or another model", async () => {
    const seed = await changed("seed.png", (_, json) => (json.requests[0].prompt = "a blue picture"), false);
    expect([seed.status, seed.stderr.split("\n")[0]]).toEqual([
      1,
      "error: seed.png can't be made again bit for bit: the pixels differ by up to 255/255",
    ]);
    const model = await changed("model.png", (_, json) => (json.model_hash = "ab".repeat(32)), false);
    expect([model.status, model.stderr]).toEqual([
      1,
      "error: model.png was made by another model than colours: abababababab, not c0c0c0c0c0c0\n" +
        "hint: Give the model that made it: --model <folder>.\n",
    ]);
  });
});

describe("driftfield inspect", () => {
  it("prints the request as command, JSON or link; the command makes the same file", async () => {
    const prompt = "it's a red picture";
    await cli.run(["generate", prompt, "--seed", "8", "--eta", "0.5", "--sampler", "ddim", "--out", "i.png"]);
    const { stdout } = await cli.run(["inspect", "i.png", "--as", "cli"]);
    expect(stdout).toBe(
      "driftfield generate 'it'\\''s a red picture' --steps 8 --guidance-scale 3 --guidance-rescale 0 --sampler ddim " +
        "--eta 0.5 --noise-scale 1 --seed 8 --size 16x16 --rng counter --model colours\n",
    );
    const args = ["--steps", "8", "--guidance-scale", "3", "--sampler", "ddim", "--eta", "0.5", "--seed", "8"];
    await cli.run(["generate", prompt, ...args, "--model", "colours", "--out", "again.png"]);
    expect(readFileSync(file("again.png"))).toEqual(readFileSync(file("i.png")));
    expect(JSON.parse((await cli.run(["inspect", "i.png", "--as", "json"])).stdout)).toMatchObject({
      prompt,
      seed: 8,
      eta: 0.5,
    });
    expect((await cli.run(["inspect", "i.png", "--as", "link"])).stdout).toMatch(
      /^\?prompt=it%27s\+a\+red\+picture&.*&seed=8&/,
    );
  });
});

describe("driftfield sweep", () => {
  it("lays the values out in a row, and several prompts in rows", async () => {
    const { stdout } = await cli.run([
      "sweep",
      "a red picture",
      "a picture",
      "--steps",
      "1,2,8",
      "--seed",
      "4",
      "--out",
      "w.png",
      "--json",
    ]);
    const { images, ...strip } = JSON.parse(stdout);
    expect(strip).toEqual({
      path: "w.png",
      width: 52,
      height: 34,
      columns: 3,
      sha256: expect.any(String),
      warnings: [],
    });
    expect(images.map((image: { num_inference_steps: number }) => image.num_inference_steps)).toEqual([
      1, 2, 8, 1, 2, 8,
    ]);
    const { data } = await decodePng(readFileSync(file("w.png")));
    const at = (x: number, y: number) => [...data.subarray((y * 52 + x) * 3, (y * 52 + x) * 3 + 3)];
    expect([at(15, 0), at(16, 0), at(51, 0)]).toEqual([
      [255, 0, 0],
      [255, 255, 255],
      [255, 0, 0],
    ]);
    const single = await cli.run([
      "generate",
      "a picture",
      "--steps",
      "2",
      "--seed",
      "4",
      "--out",
      "one.png",
      "--json",
    ]);
    expect(images[4].sha256).toBe(JSON.parse(single.stdout).images[0].sha256);
  });

  it("uses one seed for all, and a row for prompts alone", async () => {
    const { stdout } = await cli.run(["sweep", "a red picture", "a blue picture", "--out", "p.png", "--json"]);
    const { images, columns } = JSON.parse(stdout);
    expect([columns, images[0].seed]).toEqual([2, images[1].seed]);
  });
});
