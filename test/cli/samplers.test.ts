// Every sampler that the options offer walks a real field to where it leads.
import { expect, it } from "vitest";
import { samplerNames } from "../../src/options/index.ts";
import { textToImage } from "../../src/pipelines/index.ts";
import { presetNames } from "../../src/training/index.ts";
import { trainCommand } from "../../src/options/index.ts";
import { analyticModel } from "./analytic-model.ts";

it.each(samplerNames)("%s makes the picture that the prompt names", async (sampler) => {
  const pipeline = textToImage(analyticModel());
  const { images } = await pipeline.generate({ prompt: "a red picture", seed: 3, sampler, numInferenceSteps: 12 });
  const [{ data, width }] = images;
  const [red, green, blue] = data.subarray((width - 1) * 3, width * 3);
  expect(red).toBeGreaterThan(215);
  expect(green).toBeLessThan(40);
  expect(blue).toBeLessThan(40);
});

it("offers the presets that training has, and no others", () => {
  expect(trainCommand.fields.preset.kind.names).toEqual(presetNames);
});
