// The toy networks of smalldiffusion: the same weights say the same noise and walk the same paths.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { Tensor } from "../../core/index.ts";
import { encodeSafetensors } from "../../files/index.ts";
import { pointModelFrom, pointSteps, samplePoints, type PointModel } from "./index.ts";

const golden = JSON.parse(readFileSync(new URL("../../../test/golden/points.json", import.meta.url), "utf8"));

type Stored = { shape: number[]; data: number[] };

async function load({ config, weights }: { config: object; weights: Record<string, Stored> }): Promise<PointModel> {
  const tensors = Object.entries(weights).map(([name, { shape, data }]) => ({
    name,
    shape,
    data: Float32Array.from(data),
  }));
  return pointModelFrom(config, await encodeSafetensors(tensors));
}

function largestDifference(a: ArrayLike<number>, b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  return b.reduce((most, value, i) => Math.max(most, Math.abs(a[i] - value)), 0);
}

for (const stored of golden.cases) {
  const name = `${stored.config._class_name}, ${stored.config.prediction}`;

  it(`${name}: says the reference's noise, for one level and for one each`, async () => {
    const model = await load(stored);
    const x = Float32Array.from(stored.predictions.x);
    const classes = stored.classes && Int32Array.of(0, 1, 2, 3);
    for (const { sigma, noise } of stored.predictions.said) {
      const levels = Float32Array.from(sigma);
      const size = Math.max(...noise.map(Math.abs)); // 1 / sigma for networks that say the clean point
      expect(largestDifference(model.predict(x, levels, classes), noise) / size).toBeLessThan(6e-6);
      if (new Set(sigma).size > 1) continue;
      expect(model.predict(x, levels[0], classes)).toEqual(model.predict(x, levels, classes));
    }
  });

  it(`${name}: walks the reference's paths, with PyTorch's noise`, async () => {
    const model = await load(stored);
    for (const { steps, gamma, mu, guidance, start, after } of stored.walks) {
      const request = {
        count: 20, numInferenceSteps: steps, sampler: "accelerated", gamma, mu, seed: 5, rng: "torch" as const,
        guidanceScale: guidance, ...(stored.classes && { classes: Int32Array.from(stored.classes) }),
      };
      let k = 0;
      for await (const { x, next } of pointSteps(model, request)) {
        if (k === 0) expect(largestDifference(x.data, start)).toBeLessThan(3e-5);
        expect(largestDifference(next.data, after[k++]), `step ${k} of ${steps}`).toBeLessThan(1e-4);
      }
      expect(k).toBe(steps);
    }
  });
}

it("walks a point the same way alone and in a cloud", async () => {
  const model = await load(golden.cases[0]);
  const many = await samplePoints(model, { count: 30, numInferenceSteps: 6, gamma: 1, mu: 0.5, seed: 9 });
  const few = await samplePoints(model, { count: 3, numInferenceSteps: 6, gamma: 1, mu: 0.5, seed: 9 });
  expect(few.data).toEqual(many.data.slice(0, 6));
});

it("goes on where another walk was, with the noise of the step, and says what it can't begin with", async () => {
  const model = await load(golden.cases[0]);
  const request = { count: 4, numInferenceSteps: 6, sampler: "ddpm", seed: 9 };
  const clouds: Tensor[] = [];
  for await (const { next } of pointSteps(model, request)) clouds.push(next);
  const rest = await samplePoints(model, { ...request, initial: clouds[2], startStep: 3 });
  expect(rest.data).toEqual(clouds[5].data);
  const begin = (more: object) => samplePoints(model, { ...request, initial: clouds[2], startStep: 3, ...more });
  await expect(begin({ initial: undefined })).rejects.toMatchObject({ code: "invalid_option", path: "startStep" });
  await expect(begin({ startStep: 6 })).rejects.toMatchObject({ code: "invalid_option", path: "startStep" });
  await expect(begin({ startStep: 1.5 })).rejects.toMatchObject({ code: "invalid_option", path: "startStep" });
  await expect(begin({ rng: "torch" })).rejects.toMatchObject({ code: "invalid_option", path: "rng" });
});

it("refuses what doesn't fit: weights, classes, guidance without a class, a wrong config", async () => {
  const [plain, , , conditional] = golden.cases;
  const cut = { ...plain, weights: { ...plain.weights, "net.2.bias": { shape: [3], data: [1, 2, 3] } } };
  await expect(load(cut)).rejects.toMatchObject({ code: "shape_mismatch", path: "net.2.bias" });
  const wrong = { ...plain, config: { ...plain.config, prediction: "eps" } };
  await expect(load(wrong)).rejects.toMatchObject({ code: "invalid_file", path: "prediction", received: "eps" });
  const misspelt = { ...plain, config: { ...plain.config, hiden_dims: [1] } };
  await expect(load(misspelt)).rejects.toMatchObject({ hint: "did you mean hidden_dims?" });
  const model = await load(plain);
  await expect(samplePoints(model, { classes: 0 })).rejects.toMatchObject({ path: "classes" });
  await expect(samplePoints(model, { guidanceScale: 3 })).rejects.toThrow("guidanceScale");
  await expect(samplePoints(await load(conditional), { classes: 4 })).rejects.toThrow("from 0 to 3");
  await expect(samplePoints(model, { count: 0 })).rejects.toMatchObject({ path: "count" });
});
