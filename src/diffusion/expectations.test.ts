// The expectations of the reference's own test-suite, for every class that we read: sum and mean of |sample|.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Tensor } from "../core/index.ts";
import { torchGenerator } from "../random/index.ts";
import { schedulerFromConfig } from "./index.ts";
import { evaluate, sum } from "./sum.ts";

type Loop = {
  set_timesteps?: number | number[];
  init: "deter" | "deter*init_noise_sigma";
  add_noise_t_start?: number;
  iterate: string;
  scale_model_input?: "inplace" | "separate";
  step_extra: { eta?: number };
  seed?: number;
  shape: number[];
  kind?: string;
};
type Row = {
  id: string;
  scheduler: string;
  config: Record<string, unknown>;
  loop: Loop;
  observed: { sum: number; mean: number };
  timesteps?: number[];
  sigmas?: number[];
};

const batchKind = "batch_step_no_noise";
const file = new URL("../../test/golden/diffusers-expectations.json", import.meta.url);
const rows = (JSON.parse(readFileSync(file, "utf8")) as { records: Row[] }).records;
/** Records of batch_step_no_noise take one step from several levels at once: nothing to loop over. */
const [loops, batches] = [true, false].map((loop) => rows.filter((row) => (row.loop.kind !== batchKind) === loop));

/** The suite's picture: counts up along (channel, row, column, batch); its noise is the same, backwards. */
function picture(shape: readonly number[], backwards = false): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  const rest = size / shape[0];
  const value = (_: unknown, i: number) => {
    const position = (i % rest) * shape[0] + Math.floor(i / rest);
    return (backwards ? size - 1 - position : position) / size;
  };
  return { data: Float32Array.from({ length: size }, value), shape };
}

/** The suite's model. */
const model = (x: Tensor, t: number): Tensor => ({
  data: x.data.map((value) => Math.fround(Math.fround(value * t) / (t + 1))),
  shape: x.shape,
});

for (const { id, scheduler: _class_name, config, loop, observed, timesteps, sigmas } of loops) {
  test(`${id} ends where the reference does`, () => {
    const scheduler = schedulerFromConfig({ _class_name, ...config });
    const own = Array.isArray(loop.set_timesteps) ? loop.set_timesteps : undefined;
    const steps = (loop.set_timesteps as number | undefined) ?? scheduler.schedule.numTrainTimesteps;
    const plan = own ? scheduler.plan(null, { timesteps: own }) : scheduler.plan(steps);
    // Score-based models are told the noise level; the reference lists the times that the levels come from.
    const digits = (values: readonly number[]) => values.map((value) => value.toPrecision(6));
    if (timesteps && loop.kind !== "score_sde_ve") expect(digits(plan.timesteps)).toEqual(digits(timesteps));
    if (sigmas) expect(plan.sigmas.map((s) => s.toPrecision(5))).toEqual(sigmas.map((s) => s.toPrecision(5)));

    const stepper = scheduler.stepper(plan, loop.step_extra);
    const generator = torchGenerator(loop.seed ?? 0);
    const start = picture(loop.shape);
    const scale = loop.init === "deter" ? 1 : plan.initNoiseSigma;
    const from = Number(/^timesteps\[(\d+):\]$/.exec(loop.iterate)?.[1] ?? 0);
    const x = { data: evaluate([[scale, start.data]], start.data), shape: loop.shape };
    let state = { ...stepper.begin(x), index: from };
    if (loop.add_noise_t_start !== undefined) {
      const index = loop.add_noise_t_start * plan.evaluationsPerStep;
      const { alpha, sigma } = plan.levels[index];
      const noised = sum([alpha, state.x.data], [sigma, picture(loop.shape, true).data]);
      state = { ...state, index, x: { data: evaluate(noised, start.data), shape: loop.shape } };
    }
    // The suite sets sigmas before timesteps, so that its score-based model is told the first of 2000 levels.
    const { sigma_min: low, sigma_max: high, sampling_eps: end } = config as Record<string, number>;
    const odd = (i: number) => low * (high / low) ** (1 - ((1 - end) * Math.floor(i / 2)) / 1999);
    const toldAt = (i: number) => (loop.kind === "score_sde_ve" ? odd(i) : plan.timesteps[i]);
    const passes = loop.iterate.startsWith("timesteps twice") ? 2 : 1; // the sampler's memory outlives the first
    for (let entry = state.index; entry < passes * plan.timesteps.length; entry++) {
      state = { ...state, index: entry % plan.timesteps.length };
      const seen = loop.scale_model_input ? stepper.scaleModelInput(state.x, state.index) : state.x;
      if (loop.scale_model_input === "inplace") state = { ...state, x: seen };
      state = stepper.advance(state, model(seen, toldAt(state.index)), generator);
    }
    const total = state.x.data.reduce((a, b) => a + Math.abs(b), 0);
    expect(Math.abs(total / observed.sum - 1), `${total}, reference ${observed.sum}`).toBeLessThan(1e-4);
  });
}

for (const { id, scheduler: _class_name, config, loop, observed } of batches) {
  test(`${id}: one step from each of three levels ends where the reference does`, () => {
    const scheduler = schedulerFromConfig({ _class_name, ...config });
    const start = picture(loop.shape);
    let total = 0;
    for (const [t, shift] of [0, 0.1, -0.1].entries()) {
      // DDIM's ten steps lead from each of these to the data; DDPM's thousand to the neighbour.
      const own = loop.set_timesteps === undefined ? undefined : { timesteps: [t] };
      const plan = own ? scheduler.plan(null, own) : scheduler.plan(scheduler.schedule.numTrainTimesteps);
      const stepper = scheduler.stepper(plan, { ...loop.step_extra, noiseScale: 0 });
      const x = { data: start.data.map((value) => value + shift), shape: loop.shape };
      const state = { ...stepper.begin(x), index: plan.timesteps.indexOf(t) };
      total += stepper.advance(state, model(x, t)).x.data.reduce((a, b) => a + Math.abs(b), 0);
    }
    expect(Math.abs(total / observed.sum - 1), `${total}, reference ${observed.sum}`).toBeLessThan(1e-5);
  });
}

test("all of the suite's records are there", () => {
  expect([loops.length, batches.length]).toEqual([111, 2]);
});
