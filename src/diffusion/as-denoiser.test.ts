// A model made of a denoiser, read as a denoiser again, is the denoiser: of every schedule and prediction type.
import { expect, test } from "vitest";
import {
  asDenoiser,
  asModel,
  classifierFree,
  gaussianDenoiser,
  predictionTypes,
  schedulerFromConfig,
} from "./index.ts";
import { preservingLevel } from "./schedule/level.ts";

const closed = gaussianDenoiser({ mean: 0.3, deviation: 0.7 });
const levels = [0.1, 1, 6].flatMap((ratio) => [preservingLevel(ratio), { alpha: 1, sigma: ratio }]);
const x = { data: Float32Array.of(-1, 0.2, 1.4), shape: [3, 1] };

const configs = [
  ...predictionTypes.map((prediction_type) => ({ _class_name: "DDPMScheduler", prediction_type })),
  ...predictionTypes.map((prediction_type) => ({ _class_name: "FlowMatchEulerDiscreteScheduler", prediction_type })),
  { _class_name: "EDMEulerScheduler" },
  { _class_name: "EDMEulerScheduler", prediction_type: "v_prediction" },
  { _class_name: "ScheduleLogLinear" },
];

test.each(configs)("%o", async (config) => {
  const scheduler = schedulerFromConfig(config);
  const again = asDenoiser(asModel(closed, scheduler), scheduler);
  for (const level of levels) {
    const [found, wanted] = [(await again(x, level)).data, closed(x, level).data];
    found.forEach((value, i) => expect(Math.abs(value - wanted[i])).toBeLessThan(2e-4));
  }
});

test("it is steered by guidance", async () => {
  const scheduler = schedulerFromConfig({ _class_name: "DDPMScheduler", prediction_type: "sample" });
  const model = asModel(closed, scheduler);
  const two = async (...[at, t, want]: Parameters<typeof model>) => {
    const cond = (await model(at, t, want)) as typeof x;
    return { cond, uncond: { ...cond, data: cond.data.map(() => 0) } };
  };
  const guided = asDenoiser(two, scheduler, classifierFree({ scale: 3 }));
  const [found, one] = [(await guided(x, levels[0])).data, closed(x, levels[0]).data];
  found.forEach((value, i) => expect(value).toBeCloseTo(3 * one[i], 3));
});
