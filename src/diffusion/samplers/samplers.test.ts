// What every sampler promises, measured over the registry: a new sampler is tested by being listed.
import { describe, expect, test } from "vitest";
import { seeded } from "../../../test/helpers/noise.ts";
import type { Tensor } from "../../core/index.ts";
import { asModel, exactDenoiser, gaussianDenoiser } from "../exact.ts";
import { makePlan, type Plan } from "../plan.ts";
import { predictionTypes, toPrediction, type PredictionType } from "../prediction.ts";
import type { StepRecord } from "../record.ts";
import { sample } from "../sample.ts";
import { flowLevel, preservingLevel, type Level } from "../schedule/level.ts";
import { schedulerFromConfig, withSampler } from "../scheduler.ts";
import { stepper } from "../stepper.ts";
import { evaluate, sum } from "../sum.ts";
import { deis } from "./deis.ts";
import { dpmMultistep } from "./dpm-multistep.ts";
import { dpmSingle } from "./dpm-single.ts";
import { lms } from "./lms.ts";
import { samplerEntries } from "./registry.ts";
import type { Sampler } from "./sampler.ts";
import { unipc } from "./unipc.ts";

const table = {
  _class_name: "DDPMScheduler",
  beta_schedule: "scaled_linear",
  beta_start: 0.00085,
  beta_end: 0.012,
  clip_sample: false,
};
const flow = { _class_name: "FlowMatchEulerDiscreteScheduler", shift: 2 };
const doubles = (...values: number[]): Tensor => ({
  data: Float64Array.from(values) as unknown as Float32Array,
  shape: [1, values.length],
});

/** Noise levels of a smooth path inside each space; u runs from 0 (noisy) to 1. */
const spaces: Record<string, (u: number) => Level> = {
  preserving: (u) => preservingLevel(6 * (0.25 / 6) ** u),
  exploding: (u) => ({ alpha: 1, sigma: 6 * (0.25 / 6) ** u }),
  flow: (u) => flowLevel(0.85 - 0.65 * u),
};

function pathPlan(sampler: Sampler, space: string, steps: number): Plan {
  const levels = Array.from({ length: steps + 1 }, (_, i) => spaces[space](i / steps));
  const timesteps = levels.slice(0, -1).map((_, i) => steps - i);
  const grid = { timesteps, levels, sigmas: levels.map((level) => level.sigma) };
  const clock = { timeOf: () => 1, levelAt: (t: number) => spaces[space](1 - t / steps) };
  return makePlan({ grid, sampler, clock });
}

const target = { mean: 0.4, deviation: 0.7 };
const denoise = gaussianDenoiser(target);
/** The probability-flow ODE's solution through quantile z of a Gaussian target. */
const solution = ({ alpha, sigma }: Level, z: number) =>
  alpha * target.mean + Math.hypot(alpha * target.deviation, sigma) * z;

/** Error at the end of a run in float64 whose first steps are put on the exact solution (history of multistep ones). */
function endError(sampler: Sampler, space: string, steps: number, type: PredictionType): number {
  const plan = pathPlan(sampler, space, steps);
  const run = stepper({ sampler, plan, type });
  const quantiles = [-1.3, 0.6, 2];
  let state = run.begin(doubles(...quantiles.map((z) => solution(plan.levels[0], z))));
  for (let i = 0; i < plan.timesteps.length; i++) {
    const [x, level] = [state.x, plan.levels[i]];
    const denoised = denoise(x, level).data;
    const noise = evaluate(sum([1 / level.sigma, x.data], [-level.alpha / level.sigma, denoised]), x.data);
    const prediction = evaluate(toPrediction(type, denoised, noise, level), x.data);
    state = run.advance(state, { data: prediction, shape: x.shape });
    const warmUp = sampler.evaluationsPerStep === undefined && i < 4;
    if (warmUp) state = { ...state, x: doubles(...quantiles.map((z) => solution(plan.targets[i], z))) };
  }
  const last = plan.targets[plan.targets.length - 1];
  return Math.max(...quantiles.map((z, i) => Math.abs(state.x.data[i] - solution(last, z))));
}

/** The exponent by which the error falls when steps double. */
function measuredOrder(sampler: Sampler, space: string): number {
  const errors = [162, 324].map((steps) => endError(sampler, space, steps, "epsilon"));
  return Math.log2(errors[0] / errors[1]);
}

describe("options of the registered samplers converge as they declare", () => {
  const variants = [
    unipc({ lowerOrderFinal: false }),
    unipc({ lowerOrderFinal: false, solver: "bh1" }),
    unipc({ lowerOrderFinal: false, predictX0: false }),
    unipc({ lowerOrderFinal: false, order: 1 }),
    unipc({ lowerOrderFinal: false, order: 3 }),
    deis({ order: 1 }),
    deis({ order: 3 }),
    dpmMultistep({ order: 1 }),
    dpmMultistep({ solver: "heun" }),
    dpmMultistep({ algorithm: "dpmsolver" }),
    dpmMultistep({ algorithm: "dpmsolver", solver: "heun" }),
    dpmMultistep({ algorithm: "dpmsolver", order: 3 }),
    dpmSingle({ order: 1 }),
    dpmSingle({ solver: "heun" }),
    dpmSingle({ algorithm: "dpmsolver" }),
    dpmSingle({ order: 3 }),
    dpmSingle({ order: 3, solver: "heun" }),
    lms({ order: 2 }),
    lms({ order: 3 }),
  ];
  test.each(variants.map((sampler) => [sampler.name, sampler.convergenceOrder!, sampler] as const))(
    "%s: order %d",
    (_, order, sampler) => expect(Math.abs(measuredOrder(sampler, "exploding") - order)).toBeLessThan(0.3),
  );
});

const named = (name: string) => samplerEntries.find(({ sampler }) => sampler.name === name)!.sampler;

describe.each(samplerEntries.map(({ sampler }) => sampler.name))("sampler %s", (name) => {
  const sampler = named(name);
  const promises = sampler.kind === "ode" ? sampler.convergenceOrder : null;
  for (const space of Object.keys(spaces)) {
    if (name === "lms" && space === "preserving") continue; // its sum of slopes needs alpha to be linear in sigma
    test.runIf(promises !== null)(`converges with the order that it declares, in ${space} space`, () => {
      const order = measuredOrder(sampler, space);
      expect(Math.abs(order - promises!), `order ${order}`).toBeLessThan(0.3);
    });
    if (name === "pndm") continue; // averages the network's outputs as they are, in whichever form they come
    test.runIf(promises !== null)(`gives the same for every prediction type, in ${space} space`, () => {
      const errors = predictionTypes.map((type) => endError(sampler, space, 20, type));
      for (const error of errors) expect(error).toBeCloseTo(errors[0], 9);
    });
  }

  for (const config of [table, flow]) {
    const scheduler = withSampler(schedulerFromConfig(config), name);
    const model = asModel(exactDenoiser({ data: Float32Array.of(1, 0, -1, 0, 0, 1), shape: [3, 2] }), {
      schedule: scheduler.schedule,
      predictionType: scheduler.predictionType,
    });
    const kind = scheduler.schedule.kind;
    const start = (scale: number) => {
      const x = seeded(5).randn([4, 2]);
      return { ...x, data: x.data.map((value) => value * scale) };
    };
    const run = async (seed: number, steps = 12) => {
      const plan = scheduler.plan(steps);
      let last: Tensor | undefined;
      for await (const record of sample({
        scheduler,
        plan,
        x: start(plan.initNoiseSigma),
        model,
        generator: seeded(seed),
      }))
        last = record.next;
      return [...last!.data];
    };

    test(`is determined by its inputs on a ${kind} schedule`, async () => {
      expect(await run(1)).toEqual(await run(1));
      if (sampler.stochastic) expect(await run(1)).not.toEqual(await run(2));
      else expect(await run(1)).toEqual(await run(2));
    });

    test(`ends at the data on a ${kind} schedule`, async () => {
      const x = await run(3, 50);
      for (let i = 0; i < x.length; i += 2) {
        const nearest = Math.min(
          ...[
            [1, 0],
            [-1, 0],
            [0, 1],
          ].map(([a, b]) => Math.hypot(x[i] - a, x[i + 1] - b)),
        );
        expect(nearest).toBeLessThan(name === "tcd" ? 0.2 : 0.1); // TCD ends at timestep 0, with its noise
      }
    });

    test(`modifies none of its inputs on a ${kind} schedule`, () => {
      const plan = scheduler.plan(8);
      const before = JSON.stringify(plan);
      const driver = scheduler.stepper(plan, { eta: 0.5 });
      let state = driver.begin(start(plan.initNoiseSigma));
      for (let i = 0; i < plan.timesteps.length; i++) {
        const prediction = model(driver.scaleModelInput(state.x, i), plan.timesteps[i], []) as Tensor;
        const copies = structuredClone({ state, prediction });
        const next = driver.advance(state, prediction, seeded(i));
        expect({ state, prediction }).toEqual(copies);
        state = next;
      }
      expect(JSON.stringify(plan)).toBe(before);
    });

    test(`goes on from a stored state as if unbroken on a ${kind} schedule`, async () => {
      const plan = scheduler.plan(9);
      const nexts: number[][] = [];
      const states: string[] = [];
      const generator = seeded(7);
      for await (const record of sample({ scheduler, plan, x: start(plan.initNoiseSigma), model, generator })) {
        nexts.push([...record.next.data]);
        states.push(store(record.state));
      }
      for (const at of [0, 3, 6]) {
        const state = restore(states[at]);
        const again = seeded(7, state.generator?.count as number | undefined);
        let index = at + 1;
        for await (const record of sample({ scheduler, plan, state, model, generator: again }))
          expect([...record.next.data]).toEqual(nexts[index++]);
        expect(index).toBe(nexts.length);
      }
    });

    test(`interleaved runs equal serial ones on a ${kind} schedule`, async () => {
      const plan = scheduler.plan(6);
      const begin = (seed: number) =>
        sample({ scheduler, plan, x: start(plan.initNoiseSigma), model, generator: seeded(seed) });
      const runs = [begin(11), begin(12)];
      const found: number[][] = [[], []];
      for (let i = 0; i < plan.timesteps.length; i++) {
        for (const k of [0, 1]) found[k] = [...((await runs[k].next()).value as StepRecord).next.data];
      }
      expect(found).toEqual([await run(11, 6), await run(12, 6)]);
    });
  }
});

type Stored = ReturnType<typeof JSON.parse>;
const store = (state: object) => JSON.stringify(state, (_, v) => (v instanceof Float32Array ? { floats: [...v] } : v));
const restore = (text: string) => JSON.parse(text, (_, v: Stored) => (v?.floats ? Float32Array.from(v.floats) : v));
