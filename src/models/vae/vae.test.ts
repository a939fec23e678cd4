// The autoencoder's parts: folding pixels is undone exactly, shapes fit, latents and bytes convert both ways.
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { input } from "../../graph/index.ts";
import { Scope } from "../../nn/index.ts";
import { compile, nodeBackend, type Backend } from "../../runtime/index.ts";
import { decode, depthToSpace, encode, spaceToDepth } from "./autoencoder.ts";
import { defaultAutoencoder, latentSize } from "./config.ts";
import { fromPlaces, toBytes, toPlaces } from "./latents.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await nodeBackend();
});

it("folds pixels into channels and back without a change, neighbours together", async () => {
  const x = input("x", [2, 4, 4, 3]);
  const program = await compile({ folded: spaceToDepth(x, 2), back: depthToSpace(spaceToDepth(x, 2), 2) }, { backend });
  const data = Float32Array.from({ length: 96 }, (_, i) => i);
  const { folded, back } = await program.run({ x: data });
  expect([...back.data]).toEqual([...data]);
  expect(folded.shape).toEqual([2, 2, 2, 12]);
  expect([...folded.data.subarray(0, 12)]).toEqual([0, 1, 2, 3, 4, 5, 12, 13, 14, 15, 16, 17]); // the first 2x2 pixels
});

it("encodes the default's pictures to 4x4x64 and decodes them to 128x128x3", () => {
  const latents = encode(new Scope(), input("pictures", [5, 128, 128, 3]), defaultAutoencoder);
  expect(latents.shape).toEqual([5, 4, 4, 64]);
  expect(latentSize(defaultAutoencoder)).toBe(4);
  expect(decode(new Scope(), latents, defaultAutoencoder).shape).toEqual([5, 128, 128, 3]);
});

it("takes latents from places to normalised channels and back", () => {
  const statistics = { latent_channels: 3, latents_mean: [1, -2, 0.5], latents_std: [2, 0.5, 4] };
  const places = Float32Array.from({ length: 12 }, (_, i) => i - 5); // 2x2 places of 3 channels
  const channels = fromPlaces(places, 1, statistics);
  expect(channels[0]).toBeCloseTo((places[0] - 1) / 2);
  expect(channels[4]).toBeCloseTo((places[1] + 2) / 0.5); // the second channel's first place
  const back = toPlaces({ data: channels, shape: [1, 3, 1, 2, 2] }, statistics);
  places.forEach((value, i) => expect(back[i]).toBeCloseTo(value, 5));
});

it("makes bytes of [-1, 1], clamped, rounded half to even, and keeps every byte that came in", () => {
  expect([...toBytes(Float32Array.of(-3, -1, 0, 1, 7))]).toEqual([0, 0, 128, 255, 255]); // 127.5 goes to the even 128
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 255 }), (byte) => {
      expect(toBytes(Float32Array.of((byte * 2) / 255 - 1))[0]).toBe(byte);
    }),
  );
});
