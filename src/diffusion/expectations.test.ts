// The expectations of the reference's own test-suite, for every class that we read: sum and mean of |sample|.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Tensor } from "../core/index.ts";
import type { Generator } from "../random/index.ts";
import * as random from "../random/index.ts";
import { schedulerFromConfig } from "./index.ts";
import { schedulerClasses } from "./schedulers/classes.ts";
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
  torchNoise: boolean;
  observed: { sum: number; mean: number };
  timesteps?: number[];
  sigmas?: number[];
};

const file = new URL("../../test/golden/diffusers-expectations.json", import.meta.url);
const rows = (JSON.parse(readFileSync(file, "utf8")) as { records: Row[] }).records;
/** Records of batch_step_no_noise take one step from several levels at once: nothing to loop over. */
const loops = rows.filter(({ loop }) => loop.kind !== "batch_step_no_noise");
const ours = loops.filter(({ scheduler }) => schedulerClasses.some(({ className }) => className === scheduler));
/** PyTorch's noise, once the room `random` has it: records that draw wait for it. */
const torchGenerator = (random as Record<string, unknown>).torchGenerator as ((seed: number) => Generator) | undefined;

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

for (const { id, scheduler: _class_name, config, loop, torchNoise, observed, timesteps, sigmas } of ours) {
  test.skipIf(torchNoise && torchGenerator === undefined)(`${id} ends where the reference does`, () => {
    const scheduler = schedulerFromConfig({ _class_name, ...config });
    const own = Array.isArray(loop.set_timesteps) ? loop.set_timesteps : undefined;
    const steps = (loop.set_timesteps as number | undefined) ?? scheduler.schedule.numTrainTimesteps;
    const plan = own ? scheduler.plan(null, { timesteps: own }) : scheduler.plan(steps);
    if (timesteps) expect(plan.timesteps.map((t) => t.toPrecision(6))).toEqual(timesteps.map((t) => t.toPrecision(6)));
    if (sigmas) expect(plan.sigmas.map((s) => s.toPrecision(5))).toEqual(sigmas.map((s) => s.toPrecision(5)));

    const stepper = scheduler.stepper(plan, loop.step_extra);
    const generator = torchGenerator?.(loop.seed ?? 0);
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
    while (state.index < plan.timesteps.length) {
      const seen = loop.scale_model_input ? stepper.scaleModelInput(state.x, state.index) : state.x;
      if (loop.scale_model_input === "inplace") state = { ...state, x: seen };
      state = stepper.advance(state, model(seen, plan.timesteps[state.index]), generator);
    }
    const total = state.x.data.reduce((a, b) => a + Math.abs(b), 0);
    // The suite's model x t / (t + 1) has a pole at t = -1, beside which a time of this class lies (-0.97).
    const most = _class_name === "EDMDPMSolverMultistepScheduler" ? 2e-4 : 1e-4;
    expect(Math.abs(total / observed.sum - 1), `${total}, reference ${observed.sum}`).toBeLessThan(most);
  });
}

test("records of every class that the suite has and we read are there", () => {
  expect(ours.length).toBe(101);
});
