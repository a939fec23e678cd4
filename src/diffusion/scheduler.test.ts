// Schedulers out of configurations: what they offer, and what they say of bad input.
import { describe, expect, test } from "vitest";
import { seeded } from "../../test/helpers/noise.ts";
import { torchGenerator } from "../random/index.ts";
import { samplers, schedulerFromConfig, withSampler, type SchedulerConfig } from "./index.ts";

const ddpm = schedulerFromConfig({ _class_name: "DDPMScheduler" });
const flow = schedulerFromConfig({ _class_name: "FlowMatchEulerDiscreteScheduler", shift: 3 });
const x = seeded(1).randn([2, 3]);
const noise = seeded(2).randn([2, 3]);

describe("the forward process", () => {
  test("DDPM: addNoise is alpha x + sigma noise and velocity alpha noise - sigma x, one t a sample", () => {
    const noisy = ddpm.addNoise(x, noise, [500, 20]).data;
    const velocity = ddpm.velocity(x, noise, [500, 20]).data;
    [500, 20].forEach((t, b) => {
      const [alpha, sigma] = [Math.sqrt(ddpm.alphasCumprod![t]), Math.sqrt(1 - ddpm.alphasCumprod![t])];
      for (let i = 3 * b; i < 3 * b + 3; i++) {
        expect(noisy[i]).toBeCloseTo(alpha * x.data[i] + sigma * noise.data[i], 6);
        expect(velocity[i]).toBeCloseTo(alpha * noise.data[i] - sigma * x.data[i], 6);
      }
    });
  });
  test("flow: (1 - s) x + s noise, and noise - x", () => {
    expect(flow.addNoise(x, noise, 250).data[0]).toBeCloseTo(0.75 * x.data[0] + 0.25 * noise.data[0], 6);
    expect(flow.velocity(x, noise, 250).data[0]).toBeCloseTo(noise.data[0] - x.data[0], 6);
    expect(flow.alphasCumprod).toBeUndefined();
  });
  test("Euler adds noise in its own space: x + sigma noise", () => {
    const euler = schedulerFromConfig({ _class_name: "EulerDiscreteScheduler" });
    const a = euler.alphasCumprod![500];
    expect(euler.addNoise(x, noise, 500).data[0]).toBeCloseTo(x.data[0] + Math.sqrt((1 - a) / a) * noise.data[0], 5);
  });
  test("a t that isn't one for each sample is an error", () => {
    expect(() => ddpm.addNoise(x, noise, [1, 2, 3])).toThrow(expect.objectContaining({ code: "shape_mismatch" }));
  });
  test.each([-1, 1000])("timestep %d is outside of the schedule", (t) => {
    expect(() => ddpm.addNoise(x, noise, t)).toThrow(/outside of the schedule/);
  });
});

describe("bad configurations are errors that name the option and the remedy", () => {
  const read = (config: object) => () =>
    schedulerFromConfig({ _class_name: "DDPMScheduler", ...config } as SchedulerConfig);
  test("an unknown class: the nearest name", () => {
    expect(read({ _class_name: "DDPNScheduler" })).toThrow(
      expect.objectContaining({ code: "unsupported", hint: expect.stringContaining("DDPMScheduler") }),
    );
  });
  test("an unknown option: the nearest name", () => {
    expect(read({ predicton_type: "sample" })).toThrow(
      expect.objectContaining({ code: "unknown_option", hint: expect.stringContaining("prediction_type") }),
    );
  });
  test.each([
    ["beta_schedule", "linaer"],
    ["beta_start", "0.1"],
    ["beta_end", 7],
    ["num_train_timesteps", 0],
    ["clip_sample", 1],
    ["prediction_type", "noise"],
    ["timestep_spacing", "even"],
    ["variance_type", "learned"],
  ])("%s: %j", (path, value) => {
    expect(read({ [path]: value })).toThrow(expect.objectContaining({ code: "invalid_option", path }));
  });
  test("two placements of sigmas at once", () => {
    const config = { _class_name: "EulerDiscreteScheduler", use_karras_sigmas: true, use_beta_sigmas: true };
    expect(read(config)).toThrow(/use_karras_sigmas and use_beta_sigmas exclude each other/);
  });
  test("trained betas that aren't one a timestep", () => {
    expect(read({ trained_betas: [0.1, 0.2] })).toThrow(expect.objectContaining({ path: "trained_betas" }));
  });
  test("options of sibling classes and notes are ignored, as in published folders", () => {
    expect(read({ skip_prk_steps: true, _diffusers_version: "0.10.2" })).not.toThrow();
  });
});

describe("bad plans are errors that name the option", () => {
  test.each([0, -1, 1.5, 100_000, NaN])("%d steps", (steps) => {
    for (const scheduler of [ddpm, flow]) {
      expect(() => scheduler.plan(steps)).toThrow(
        expect.objectContaining({ code: "invalid_option", path: "numInferenceSteps", received: steps }),
      );
    }
  });
  test("timesteps that don't fall", () => {
    expect(() => ddpm.plan(null, { timesteps: [100, 87, 50, 51, 0] })).toThrow(
      expect.objectContaining({ path: "timesteps", received: "51 at position 3" }),
    );
  });
  test("no timesteps at all", () => {
    expect(() => ddpm.plan(null, { timesteps: [] })).toThrow(expect.objectContaining({ path: "timesteps" }));
  });
  test("timesteps that start outside of the schedule", () => {
    expect(() => ddpm.plan(null, { timesteps: [1000] })).toThrow(/timestep 1000 is outside/);
  });
  test("steps and timesteps, or neither", () => {
    expect(() => ddpm.plan(5, { timesteps: [100, 87, 50, 1, 0] })).toThrow(/one of numInferenceSteps, timesteps/);
    expect(() => ddpm.plan(null)).toThrow(/one of numInferenceSteps, timesteps/);
  });
  test("sigmas for a scheduler that takes none", () => {
    expect(() => ddpm.plan(null, { sigmas: [1, 0] })).toThrow(
      expect.objectContaining({ code: "unsupported", path: "sigmas" }),
    );
  });
  test.each([0, -0.5, 1.5, NaN, 0.05])("strength %d of 10 steps", (strength) => {
    expect(() => ddpm.plan(10, { strength })).toThrow(expect.objectContaining({ path: "strength" }));
  });
  test("an option that no plan has: the nearest name", () => {
    expect(() => ddpm.plan(10, { strenght: 0.5 } as object)).toThrow(
      expect.objectContaining({ code: "unknown_option", hint: "did you mean strength?" }),
    );
  });
  test.each([{ eta: -1 }, { eta: NaN }, { noiseScale: -0.1 }, { sChurn: Infinity }, { gamma: NaN }, { mu: 1 }])(
    "step options out of range: %j",
    (options) => {
      expect(() => ddpm.stepper(ddpm.plan(10), options)).toThrow(
        expect.objectContaining({ code: "invalid_option", path: Object.keys(options)[0] }),
      );
    },
  );
  test("a leading spacing whose offset leads outside", () => {
    const offset = schedulerFromConfig({ _class_name: "DDPMScheduler", steps_offset: 1 });
    expect(() => offset.plan(1000)).toThrow(/timestep 1000 is outside/);
  });
});

describe("another sampler on the same model", () => {
  test("every registered sampler runs on both kinds of schedule and says its name", () => {
    for (const { name } of samplers) {
      expect(withSampler(ddpm, name).sampler.name).toBe(name);
      expect(withSampler(flow, name).sampler.name).toBe(name);
    }
  });
  test("it keeps the schedule, the prediction type and what the configuration said", () => {
    const from = schedulerFromConfig({
      _class_name: "DDPMScheduler",
      beta_end: 0.012,
      prediction_type: "v_prediction",
    });
    const to = withSampler(from, "euler");
    expect(to.alphasCumprod).toEqual(from.alphasCumprod);
    expect(to.predictionType).toBe("v_prediction");
    expect(withSampler(flow, "heun").plan(5).sigmas[0]).toBe(1);
  });
  test("options can be overridden on the way", () => {
    const to = withSampler(ddpm, "ddim", { timestep_spacing: "trailing" });
    expect(to.plan(4).timesteps).toEqual([999, 749, 499, 249]);
  });
  test("on a flow that another class describes, every sampler walks that flow's times", () => {
    const config = { _class_name: "UniPCMultistepScheduler", use_flow_sigmas: true, flow_shift: 3 };
    const from = schedulerFromConfig({ ...config, prediction_type: "flow_prediction" });
    expect(from.schedule.kind).toBe("flow");
    const to = withSampler(from, "euler").plan(6);
    expect(to.timesteps).toEqual(from.plan(6).timesteps);
    for (const { alpha, sigma } of to.levels) expect(alpha + sigma).toBeCloseTo(1, 12);
  });
  test("in continuous time every sampler tells the model what it was trained with", () => {
    const exploding = schedulerFromConfig({ _class_name: "ScoreSdeVeScheduler", correct_steps: 2 });
    const preserving = schedulerFromConfig({ _class_name: "ScoreSdeVpScheduler" });
    for (const { name } of samplers) {
      const { timesteps, levels } = withSampler(exploding, name).plan(6);
      timesteps.forEach((told, i) => expect(told).toBe(levels[i].sigma));
      expect(withSampler(preserving, name).plan(6).timesteps[0]).toBe(1);
    }
    expect(withSampler(exploding, "ddim").plan(6).timesteps.length).toBe(6);
    expect(exploding.plan(6).timesteps.length).toBe(18);
  });
  test("an unknown sampler: the nearest names", () => {
    expect(() => withSampler(ddpm, "eulr")).toThrow(
      expect.objectContaining({ code: "invalid_option", path: "sampler", hint: expect.stringContaining("euler") }),
    );
  });
});

test("flow matching with stochastic_sampling jumps to the clean sample and noises it anew", () => {
  // diffusers 0.42.1: shift 3, 4 steps, torch.manual_seed(5), x = [0, 0.25, 0.5, 0.75], model 0.5 x + t / 1000.
  const wanted = [
    [-0.559816, -0.642412, -0.585406, 0.483588],
    [-0.538755, 0.731198, -1.269732, -0.641959],
    [-0.726899, 0.139114, -1.243851, -0.797856],
    [-0.723734, 0.138413, -1.238378, -0.794374],
  ];
  const config = { _class_name: "FlowMatchEulerDiscreteScheduler", shift: 3, stochastic_sampling: true };
  const jumping = schedulerFromConfig(config);
  const plan = jumping.plan(4);
  const [stepper, generator] = [jumping.stepper(plan), torchGenerator(5)];
  let state = stepper.begin({ data: Float32Array.of(0, 0.25, 0.5, 0.75), shape: [1, 4] });
  for (const [i, row] of wanted.entries()) {
    const said = state.x.data.map((value) => 0.5 * value + plan.timesteps[i] / 1000);
    state = stepper.advance(state, { data: said, shape: [1, 4] }, generator);
    row.forEach((value, k) => expect(state.x.data[k]).toBeCloseTo(value, 5));
  }
});
