// An exported run holds what another engine needs: checked on a point preset, whose batches are stored whole.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sizeOf } from "../../src/core/index.ts";
import { registryOf } from "../../src/nn/index.ts";
import { nodeBackend } from "../../src/runtime/index.ts";
import { prepare } from "../../src/training/presets/index.ts";
import { initialState, loadState, train } from "../../src/training/index.ts";

const folder = mkdtempSync(join(tmpdir(), "driftfield-run-"));
const out = join(folder, "run");
const request = { preset: "spiral", seed: 5, steps: 4, exportRun: out };
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function exported(): Promise<void> {
  for await (const _ of train(request)) throw new Error("an exported run isn't trained");
}

type Slot = { name: string; shape: number[]; group: "decay" | "plain"; offset: number };
let described: {
  graphs: { gradients: Record<string, string>; update: string };
  layout: { decay: number; plain: number };
  slots: Slot[];
  columns: Record<string, { dtype: string; width: number; files: { file: string; steps: number }[] }>;
};
const bytesOf = (file: string): Uint8Array => readFileSync(join(out, file));

beforeAll(async () => {
  await exported();
  described = JSON.parse(readFileSync(join(out, "run.json"), "utf8"));
});

it("writes graphs, settings and the first state", async () => {
  for (const file of [...Object.values(described.graphs.gradients), described.graphs.update]) {
    expect(bytesOf(file).length).toBeGreaterThan(1000);
  }
  expect(described).toMatchObject({ preset: "spiral", seed: 5, batch_size: 100, settings: { steps: 4 } });
  const { task } = await prepared();
  const registry = registryOf(task.loss, task.batch);
  expect(await loadState(join(out, "checkpoint.safetensors"), registry)).toEqual(initialState(registry, 5));
});

it("gives every slot a place of its own in the flat buffers", () => {
  const ends = { decay: 0, plain: 0 };
  for (const { shape, group, offset } of described.slots) {
    expect(offset).toBeGreaterThanOrEqual(ends[group]);
    ends[group] = offset + sizeOf(shape);
  }
  for (const group of ["decay", "plain"] as const) expect(ends[group]).toBeLessThanOrEqual(described.layout[group]);
});

it("stores the batches of every step", async () => {
  const { task } = await prepared();
  for (const [name, { dtype, files }] of Object.entries(described.columns)) {
    const whole = inflateSync(bytesOf(files[0].file));
    const bytes = whole.buffer.slice(whole.byteOffset, whole.byteOffset + whole.byteLength) as ArrayBuffer;
    const kinds = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array, uint16: Uint16Array };
    const found = new kinds[dtype as keyof typeof kinds](bytes);
    const wanted = [0, 1, 2, 3].flatMap((step) => Array.from(task.makeBatch(step)[name], Number));
    expect(Array.from(found)).toEqual(wanted);
  }
});

it("refuses a folder that holds a run already", async () => {
  await expect(exported()).rejects.toMatchObject({ code: "invalid_option", path: out });
});

const prepared = async () => prepare("spiral", { data: "data", seed: 5, cache: "data", backend: await nodeBackend() });
