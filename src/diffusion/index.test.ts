// The room by its front door: what a caller needs for a run, under the names that are promised, in one import.
import { expect, it } from "vitest";
import type { Tensor } from "../core/index.ts";
import * as diffusion from "./index.ts";

const { adaptiveProjected, classifierFree, composed, sample } = diffusion;
const { samplers, schedulerFromConfig, torchGenerator } = diffusion;

it("runs from a reference's configuration, with PyTorch's noise and guidance, by one import", async () => {
  const scheduler = schedulerFromConfig({ _class_name: "DDPMScheduler", clip_sample: false });
  const plan = scheduler.plan(5);
  const generator = torchGenerator(7);
  const x = generator.randn([1, 4]);
  const model = ({ data, shape }: Tensor) => ({
    cond: { data: data.map((value) => value / 2), shape },
    uncond: { data: data.map((value) => value / 3), shape },
  });
  const rules = [
    classifierFree({ scale: 3 }),
    adaptiveProjected({ scale: 3 }),
    composed([{ name: "cond", weight: 3 }]),
  ];
  for (const guidance of rules) {
    const run = sample({ scheduler, plan, x, model, guidance, generator });
    const indices: number[] = [];
    for await (const { index, next } of run) {
      indices.push(index);
      expect(next.data.every(Number.isFinite)).toBe(true);
    }
    expect(indices).toEqual([0, 1, 2, 3, 4]);
  }
  expect(samplers.map(({ name }) => name)).toEqual(expect.arrayContaining(["ddpm", "ddim", "euler", "unipc"]));
});
