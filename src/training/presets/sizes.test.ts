// The denoiser's sizes: what each weighs, and that no run takes another's weights for its own.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { writeDataSets } from "../../../distributed/tests/fixture-data.ts";
import { sizeOf } from "../../core/index.ts";
import { transformerConfig, transformerSizes } from "../../models/transformer/config.ts";
import { registryOf } from "../../nn/index.ts";
import { nodeBackend } from "../../runtime/index.ts";
import { train, type TrainRequest } from "../index.ts";
import { prepare } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "driftfield-sizes-"));
const data = join(folder, "data");
const out = join(folder, "large");
const request = { preset: "emoji", size: "large", data, batchSize: 4, steps: 2 } as const;
beforeAll(() => writeDataSets(data));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function exported(request: TrainRequest): Promise<void> {
  for await (const _ of train(request)) throw new Error("an exported run isn't trained");
}

it("says of each size how many parameters it has, the large one within 60 MB in half precision", async () => {
  const options = { data, seed: 1, batchSize: 1, exported: true, cache: data, backend: await nodeBackend() };
  const count = async (size: "base" | "large"): Promise<number> => {
    const { task } = await prepare("emoji", { ...options, size });
    return [...registryOf(task.loss, task.batch).values()].reduce((total, { shape }) => total + sizeOf(shape), 0);
  };
  expect(await count("base")).toBe(10_906_624);
  const large = await count("large");
  expect(large).toBeGreaterThan(28e6);
  expect(2 * large).toBeLessThan(60e6);
});

it("exports the large run with the config that its weights need", async () => {
  await exported({ ...request, exportRun: out });
  const config = transformerConfig.parse(readJson("model/emoji/transformer/config.json"));
  expect(config).toEqual({ ...transformerSizes.large, text_dim: config.text_dim });
  const named = readJson("model/emoji/transformer/diffusion_pytorch_model.safetensors.json") as Record<string, object>;
  expect(named["blocks.0.ffn.net.0.proj.weight"]).toMatchObject({ dtype: "F16", shape: [2304, 512] });
});

it("goes on neither from the weights that ship nor from a run of another size", async () => {
  const refused = { code: "shape_mismatch", hint: expect.stringContaining("--size") };
  await expect(exported({ ...request, resume: true, exportRun: join(folder, "a") })).rejects.toMatchObject(refused);
  const base = { ...request, size: "base", resume: true, out, exportRun: join(folder, "b") } as const;
  await expect(exported(base)).rejects.toMatchObject(refused);
});

it("knows no other sizes, and none of other presets", async () => {
  const wrong = { ...request, size: "huge" } as unknown as TrainRequest;
  await expect(train(wrong).next()).rejects.toMatchObject({ code: "invalid_option", path: "size" });
  await expect(train({ ...request, preset: "clip" }).next()).rejects.toThrow("the preset clip has one size only");
});

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(join(out, file), "utf8"));
}
