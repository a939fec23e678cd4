// Published CLIP towers against transformers' (oracle/components.py), from folders as it saves them.
import { describe, expect, it } from "vitest";
import golden from "../../../test/golden/components-clip.json" with { type: "json" };
import { checkClip } from "../../../test/helpers/check-components.ts";
import { withComponent, type ComponentCase } from "../../../test/helpers/counter-weights.ts";
import { nodeBackend } from "../../runtime/index.ts";
import { endsOf, loadClipImageEncoder, loadClipTextEncoder } from "./encoders.ts";

type ClipCase = ComponentCase & { ids?: number[][] };
const cases = golden.cases as unknown as Record<string, ClipCase>;
const [first] = Object.values(cases);

it.each(Object.entries(cases))("is the reference's: %s", async (_, test) => {
  for (const [name, apart] of Object.entries(await checkClip(test))) expect(apart, name).toBeLessThan(5e-6);
});

it("finds a text's end at the end token, or at the largest id under the legacy marker", () => {
  const ids = Int32Array.of(18, 5, 19, 19, 18, 7, 6, 3);
  expect([...endsOf(ids, 4, 19)]).toEqual([2, 0]);
  expect([...endsOf(ids, 4, 2)]).toEqual([2, 0]);
  expect([...endsOf(Int32Array.of(18, 3, 40, 19), 4, 2)]).toEqual([2]);
});

describe("refuses", () => {
  const load = (change: Partial<ComponentCase>, options = {}): Promise<unknown> =>
    withComponent({ ...first, ...change }, "model", async (folder) =>
      loadClipTextEncoder(folder, { backend: await nodeBackend(), ...options }),
    );

  it("a key of the config that it doesn't understand, by name", async () => {
    await expect(load({ config: { ...first.config, rope_theta: 1 } })).rejects.toThrow(/rope_theta/);
  });

  it("a config of another model", async () => {
    await expect(load({ config: { ...first.config, model_type: "t5" } })).rejects.toThrow(/model_type/);
  });

  it("weights that lack a tensor, or have one of another shape", async () => {
    const { ["final_layer_norm.bias"]: _, ...rest } = first.tensors;
    await expect(load({ tensors: rest })).rejects.toThrow(/final_layer_norm.bias is missing/);
    const other = { ...first.tensors, "final_layer_norm.bias": [8] };
    await expect(load({ tensors: other })).rejects.toThrow(/final_layer_norm.bias is \[8\]/);
  });

  it("a clip skip that leaves no layer", async () => {
    await expect(load({}, { skip: 3 })).rejects.toThrow(/clip skip/);
  });

  it("ids that the vocabulary lacks, and pictures of another size", async () => {
    await withComponent(first, "model", async (folder) => {
      const encoder = await loadClipTextEncoder(folder, { backend: await nodeBackend() });
      await expect(encoder.encode(Int32Array.of(18, 20, 19), 3)).rejects.toThrow(/token ids/);
      await expect(encoder.encode(new Int32Array(8), 8)).rejects.toThrow(/token ids/);
      await encoder.dispose();
    });
    await withComponent(cases["CLIPVisionModelWithProjection"], "model", async (folder) => {
      const encoder = await loadClipImageEncoder(folder, { backend: await nodeBackend() });
      const pixels = { data: new Float32Array(4 * 4 * 3), shape: [1, 4, 4, 3] };
      await expect(encoder.encode(pixels)).rejects.toThrow(/pixels must be/);
      await encoder.dispose();
    });
  });
});
