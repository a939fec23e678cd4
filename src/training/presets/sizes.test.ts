// The denoiser's sizes: what each weighs, and that no run takes another's weights for its own.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { writeDataSets } from "../../../distributed/tests/fixture-data.ts";
import { sizeOf } from "../../core/index.ts";
import { withSafetensors } from "../../files/index.ts";
import { transformerConfig, type TransformerSize, transformerSizes } from "../../models/transformer/config.ts";
import { type Registry, registryOf } from "../../nn/index.ts";
import { nodeBackend } from "../../runtime/index.ts";
import { train, type TrainRequest } from "../index.ts";
import { firstState } from "../run.ts";
import { prepare, type Prepared } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "driftfield-sizes-"));
const data = join(folder, "data");
beforeAll(() => writeDataSets(data));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function prepared(size: TransformerSize): Promise<{ made: Prepared; registry: Registry }> {
  const backend = await nodeBackend();
  const made = await prepare("emoji", { data, seed: 1, batchSize: 1, exported: true, cache: data, backend, size });
  return { made, registry: registryOf(made.task.loss, made.task.batch) };
}

const parameters = (registry: Registry): number =>
  [...registry.values()].reduce((total, { shape }) => total + sizeOf(shape), 0);

it("says of each size how many parameters it has, the large one within 60 MB in half precision", async () => {
  expect(parameters((await prepared("base")).registry)).toBe(10_906_624);
  expect(parameters((await prepared("large")).registry)).toBe(29_248_576);
  expect(2 * 29_248_576).toBeLessThan(60e6);
});

it("exports large weights with the config that they need", async () => {
  const { made, registry } = await prepared("large");
  const zeros = [...registry].map(([name, { shape }]) => [`ema/${name}`, new Float32Array(sizeOf(shape))] as const);
  await made.export(folder, { step: 1, arrays: new Map(zeros) });
  const transformer = join(folder, "emoji", "transformer");
  const config = transformerConfig.parse(JSON.parse(readFileSync(join(transformer, "config.json"), "utf8")));
  expect(config).toEqual({ ...transformerSizes.large, text_dim: config.text_dim });
  await withSafetensors(join(transformer, "diffusion_pytorch_model.safetensors"), async ({ tensors }) => {
    expect(tensors.get("blocks.0.ffn.net.0.proj.weight")).toMatchObject({ dtype: "F16", shape: [2304, 512] });
  });
});

it("goes on from no weights of the other size", async () => {
  const { made, registry } = await prepared("large");
  const from = { folder: join(folder, "none"), seed: 1, resume: true, weights: made.weights };
  const refused = { code: "shape_mismatch", hint: expect.stringContaining("--size") };
  await expect(firstState(registry, from)).rejects.toMatchObject(refused);
  const { registry: base } = await prepared("base");
  expect((await firstState(base, from)).step).toBe(0); // the size that ships
});

it("knows no other sizes, and none of other presets", async () => {
  const request = { preset: "emoji", data } as const;
  const wrong = { ...request, size: "huge" } as unknown as TrainRequest;
  await expect(train(wrong).next()).rejects.toMatchObject({ code: "invalid_option", path: "size" });
  const other = { ...request, preset: "clip", size: "large" } as const;
  await expect(train(other).next()).rejects.toThrow("the preset clip has one size only");
});
