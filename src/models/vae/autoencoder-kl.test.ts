// Published autoencoders against diffusers' (oracle/components.py), from folders as it saves them.
import { expect, it } from "vitest";
import golden from "../../../test/golden/components-vae.json" with { type: "json" };
import { checkAutoencoder, type AutoencoderCase } from "../../../test/helpers/check-components.ts";
import { withComponent } from "../../../test/helpers/counter-weights.ts";
import { nodeBackend } from "../../runtime/index.ts";
import { loadAutoencoderKL } from "./autoencoder-kl.ts";

const cases = golden.cases as unknown as Record<string, AutoencoderCase>;
const first = cases["Stable Diffusion's"];

it.each(Object.entries(cases))("is the reference's both ways: %s", async (_, test) => {
  for (const [name, apart] of Object.entries(await checkAutoencoder(test))) expect(apart, name).toBeLessThan(1e-5);
});

it("gives the same when it works on one picture after the other", async () => {
  for (const [name, apart] of Object.entries(await checkAutoencoder(first, true))) {
    expect(apart, name).toBeLessThan(1e-5);
  }
});

it("refuses keys that it doesn't understand, and maps that don't fit", async () => {
  const backend = await nodeBackend();
  const load = (config: object) =>
    withComponent({ ...first, config: { ...first.config, ...config } }, "diffusion_pytorch_model", async (folder) => {
      const vae = await loadAutoencoderKL(folder, { backend });
      await expect(vae.decode({ data: new Float32Array(3 * 16), shape: [1, 3, 4, 4] })).rejects.toThrow(/\[1,3,4,4\]/);
      await expect(vae.encode({ data: new Float32Array(3 * 15), shape: [1, 3, 5, 3] })).rejects.toThrow(/\[1,3,5,3\]/);
    });
  await load({});
  await expect(load({ temporal_layers: 3 })).rejects.toThrow(/temporal_layers/);
  await expect(load({ up_block_types: ["UpBlock3D", "UpDecoderBlock2D"] })).rejects.toThrow(/up_block_types/);
});
