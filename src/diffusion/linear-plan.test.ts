// A plan of weights is the run itself: every sampler of the registry, followed with and without it.
import { describe, expect, it } from "vitest";
import { counterGenerator } from "../random/index.ts";
import type { Tensor } from "../core/index.ts";
import { linearPlan, type Weighted } from "./linear-plan.ts";
import { sample } from "./sample.ts";
import { samplers } from "./samplers/registry.ts";
import { schedulerFromConfig, withSampler } from "./scheduler.ts";

const SIZE = 6;
const schedules = {
  flow: { _class_name: "FlowMatchEulerDiscreteScheduler", shift: 2 },
  table: { _class_name: "DDIMScheduler", beta_schedule: "scaled_linear", clip_sample: false },
};

/** A field that bends, so that a wrong point shows in all that follows. */
const field = ({ data, shape }: Tensor, t: number): Tensor => ({
  data: data.map((value, i) => Math.sin(1.3 * value + i) * (0.5 + t / 1000)),
  shape,
});

function follow(weights: Weighted, draws: readonly Tensor[], said: readonly Tensor[]): Float32Array {
  const out = new Float64Array(SIZE);
  const add = (row: readonly number[], tensors: readonly Tensor[]) =>
    row.forEach((weight, i) => tensors[i].data.forEach((value, j) => (out[j] += weight * value)));
  add(weights.draws, draws);
  add(weights.predictions, said);
  return Float32Array.from(out);
}

describe.each(Object.entries(schedules))("on a schedule of kind %s", (_, config) => {
  it.each(samplers.map(({ name }) => name))("%s leaves as weights, or says that it can't", async (name) => {
    const scheduler = withSampler(schedulerFromConfig(config), name);
    const plan = scheduler.plan(7);
    if (["dpmpp-sde", "predictor-corrector"].includes(name)) {
      expect(() => linearPlan(scheduler, plan)).toThrow(`sampler ${name} can't leave as a plan`);
      return;
    }
    const options = { noiseScale: 0.7, eta: 0.5 };
    const linear = linearPlan(scheduler, plan, options);
    const draws = Array.from({ length: 1 + plan.timesteps.length }, (_, draw) =>
      counterGenerator({ seed: 3, draw }).randn([1, SIZE]),
    );
    const said: Tensor[] = [];
    for (const { t, ...weights } of linear.evaluations) {
      said.push(field({ data: follow(weights, draws, said), shape: [1, SIZE] }, t));
    }
    const generator = counterGenerator({ seed: 3 });
    const x = generator.randn([1, SIZE]);
    x.data.forEach((value, i) => (x.data[i] = value * plan.initNoiseSigma));
    let end = x;
    for await (const { next } of sample({ scheduler, plan, x, model: field, generator, ...options })) end = next;
    const size = Math.max(1, ...end.data.map(Math.abs));
    const found = follow(linear.end, draws, said);
    end.data.forEach((value, i) => expect(Math.abs(value - found[i]) / size).toBeLessThan(1e-5));
  });
});

it("refuses a scheduler that clips: what it does isn't a weighted sum", () => {
  const scheduler = schedulerFromConfig({ _class_name: "DDIMScheduler", clip_sample: true });
  expect(() => linearPlan(scheduler, scheduler.plan(4))).toThrow(/aren't weighted sums/);
});
