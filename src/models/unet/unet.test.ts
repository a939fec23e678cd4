// Published U-Nets against diffusers' (oracle/components.py), from folders as it saves them.
import { describe, expect, it } from "vitest";
import golden from "../../../test/golden/components-unet.json" with { type: "json" };
import { checkUNet, unetInputs, type UNetCase } from "../../../test/helpers/check-components.ts";
import { withComponent } from "../../../test/helpers/counter-weights.ts";
import { nodeBackend } from "../../runtime/index.ts";
import { loadUNet, type UNet } from "./unet.ts";

const cases = golden.cases as unknown as Record<string, UNetCase>;
const first = cases["Stable Diffusion 1"];

it.each(Object.entries(cases))("is the reference's: %s", async (_, test) => {
  expect((await checkUNet(test)).out).toBeLessThan(1e-5);
});

/** Loads `first` with some keys of its config changed. */
const withUNet = <T>(config: Record<string, unknown>, use: (unet: UNet) => Promise<T>): Promise<T> =>
  withComponent({ ...first, config: { ...first.config, ...config } }, "diffusion_pytorch_model", async (folder) => {
    const unet = await loadUNet(folder, { backend: await nodeBackend() });
    try {
      return await use(unet);
    } finally {
      await unet.dispose();
    }
  });

it("follows the sizes that come: another height, another batch, another length of text", async () => {
  await withUNet({}, async (unet) => {
    const inputs = unetInputs(first);
    const whole = await unet.denoise(inputs);
    const tall = { data: new Float32Array(4 * 12 * 8).fill(0.5), shape: [1, 4, 12, 8] };
    const hidden = { data: new Float32Array(3 * 12).fill(0.5), shape: [1, 3, 12] };
    expect((await unet.denoise({ sample: tall, timestep: 3, hidden })).shape).toEqual([1, 4, 12, 8]);
    expect([...(await unet.denoise(inputs)).data]).toEqual([...whole.data]);
    const [half, rest] = [inputs.sample, inputs.hidden!].map(({ data, shape }) => ({
      data: data.slice(0, data.length / 2),
      shape: [1, ...shape.slice(1)],
    }));
    const alone = await unet.denoise({ sample: half, timestep: first.timesteps[0], hidden: rest });
    alone.data.forEach((value, i) => expect(value).toBeCloseTo(whole.data[i], 5));
  });
});

describe("refuses", () => {
  const refused = (config: Record<string, unknown>): Promise<unknown> => withUNet(config, async () => {});

  it("keys and values of the config that it doesn't understand, by name", async () => {
    await expect(refused({ motion_modules: 2 })).rejects.toThrow(/motion_modules/);
    await expect(refused({ addition_embed_type: "text_time" })).rejects.toThrow(/addition_embed_type/);
    await expect(refused({ down_block_types: ["KDownBlock2D", "DownBlock2D"] })).rejects.toThrow(/down_block_types/);
    await expect(refused({ attention_head_dim: [2, 2, 2] })).rejects.toThrow(/attention_head_dim/);
  });

  it("another class of model", async () => {
    await expect(refused({ _class_name: "FluxTransformer2DModel" })).rejects.toThrow(/isn't a U-Net/);
  });

  it("to work without the text or the class labels that the network was trained with", async () => {
    const { hidden: _, ...inputs } = unetInputs(first);
    await withUNet({}, async (unet) => {
      await expect(unet.denoise(inputs)).rejects.toThrow(/text states/);
    });
    await withUNet({ class_embed_type: "identity" }, async (unet) => {
      await expect(unet.denoise(unetInputs(first))).rejects.toThrow(/class labels/);
    });
  });
});
