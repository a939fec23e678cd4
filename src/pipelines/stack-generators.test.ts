// Pictures evaluated at once draw as they do alone.
import { expect, test } from "vitest";
import { sample, schedulerFromConfig, withSampler, type Model } from "../diffusion/index.ts";
import { counterGenerator, torchGenerator } from "../random/index.ts";
import { stackGenerators } from "./stack-generators.ts";

const model: Model = (x) => ({ data: x.data.map((value) => Math.tanh(value)), shape: x.shape });

test.each(["ddpm", "dpmpp-sde", "sa-solver"])("a row's noise is that of its own seed: %s", async (sampler) => {
  const scheduler = withSampler(schedulerFromConfig({ _class_name: "DDPMScheduler", clip_sample: false }), sampler);
  const plan = scheduler.plan(4);
  const sources = [() => torchGenerator(3), () => counterGenerator({ seed: 8 })];
  const end = async (generators: ReturnType<typeof stackGenerators>[], rows: number) => {
    const x = { data: new Float32Array(rows * 18).fill(0.5), shape: [rows, 2, 3, 3] };
    const generator = generators.length === 1 ? generators[0] : stackGenerators(generators);
    let last = new Float32Array();
    for await (const { next } of sample({ scheduler, plan, x, model, generator })) last = next.data.slice();
    return [...last];
  };
  const alone = await Promise.all(sources.map((source) => end([source()], 1)));
  expect(await end(sources.map((source) => source()), 2)).toEqual(alone.flat());
});
