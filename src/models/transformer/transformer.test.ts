// The denoiser against diffusers' WanTransformer3DModel (oracle/models.py), and its rotary positions against their
// formula.
import { expect, it } from "vitest";
import golden from "../../../test/golden/models.json" with { type: "json" };
import { furthest, runWith } from "../../../test/helpers/weights.ts";
import { input } from "../../graph/index.ts";
import { transformerConfig } from "./config.ts";
import { rotarySplit, rotate } from "./rotary.ts";
import { transformer } from "./transformer.ts";

const { config, weights, x, time, text, y } = golden.denoiser;
const feeds = { x: Float32Array.from(x.data), time: Float32Array.from(time.data), text: Float32Array.from(text.data) };
const inputs = () => ({ x: input("x", x.shape), time: input("time", time.shape), text: input("text", text.shape) });

it("is WanTransformer3DModel: a clip of two frames, two times, text by cross attention", async () => {
  const sizes = transformerConfig.parse(config);
  const found = await runWith(weights, (scope) => ({ y: transformer(scope, inputs(), sizes) }), feeds);
  const largest = Math.max(...y.data.map(Math.abs));
  expect(furthest(found.y, y.data) / largest).toBeLessThan(1e-5);
});

it("doesn't see the tokens that the bias hides", async () => {
  const sizes = transformerConfig.parse(config);
  const [rows, length, width] = text.shape;
  const textBias = Float32Array.from({ length: rows * length }, (_, i) => (i % length < 3 ? 0 : -1e9));
  const changed = feeds.text.map((value, i) => (Math.floor(i / width) % length < 3 ? value : 100));
  const build = (scope: Parameters<typeof transformer>[0]) => ({
    y: transformer(scope, { ...inputs(), textBias: input("textBias", [rows, length]) }, sizes),
  });
  const one = await runWith(weights, build, { ...feeds, textBias });
  const other = await runWith(weights, build, { ...feeds, textBias, text: changed });
  expect(furthest(one.y, other.y)).toBe(0);
  expect(furthest(one.y, y.data)).toBeGreaterThan(1e-3); // without the bias all five count
});

it("turns channel pairs by the token's place: a product of complex numbers", async () => {
  const grid = [2, 3, 4];
  const [tokens, size] = [24, 24];
  const values = Float32Array.from({ length: tokens * size }, (_, i) => Math.sin(i * 1.7));
  const { y: found } = await runWith({}, () => ({ y: rotate(input("x", [1, 1, tokens, size]), grid) }), { x: values });
  const split = rotarySplit(size);
  expect(split).toEqual([8, 8, 8]);
  const expected = new Float64Array(tokens * size);
  for (let f = 0, token = 0; f < 2; f++)
    for (let h = 0; h < 3; h++)
      for (let w = 0; w < 4; w++, token++)
        for (let axis = 0, pair = 0; axis < 3; axis++)
          for (let i = 0; i < split[axis] / 2; i++, pair++) {
            const angle = [f, h, w][axis] / 10_000 ** ((2 * i) / split[axis]);
            const [re, im] = [values[token * size + 2 * pair], values[token * size + 2 * pair + 1]];
            expected[token * size + 2 * pair] = re * Math.cos(angle) - im * Math.sin(angle);
            expected[token * size + 2 * pair + 1] = re * Math.sin(angle) + im * Math.cos(angle);
          }
  expect(furthest(found, expected)).toBeLessThan(1e-6);
});
