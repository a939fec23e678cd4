// Stochastic samplers against the closed form: on a Gaussian target every step is affine, its moments known.
import { describe, expect, test } from "vitest";
import { seeded } from "../../../test/helpers/noise.ts";
import { asModel, exactDenoiser, gaussianDenoiser } from "../exact.ts";
import { sample } from "../sample.ts";
import { schedulerFromConfig, type Scheduler } from "../scheduler.ts";

const table = { beta_schedule: "scaled_linear", beta_start: 0.00085, beta_end: 0.012, clip_sample: false };
const ddpm = schedulerFromConfig({ _class_name: "DDPMScheduler", ...table });
const ddim = schedulerFromConfig({ _class_name: "DDIMScheduler", ...table });
const target = { mean: 0.4, deviation: 0.7 };
const samplesWanted = 20_000;

type Moments = { mean: number; variance: number };

/**
 * The chain x' = (alpha' gain + k (1 - alpha gain)/sigma) x + ... of DDIM with noise s = eta times the posterior's,
 * written from the cumulative products alone (Song et al. 2021, eq. 12 and 16, with E[x0|x] of a Gaussian put in).
 */
function recursion(alphaBars: readonly number[], eta: number, start: Moments = { mean: 0, variance: 1 }): Moments {
  let { mean, variance } = start;
  alphaBars.forEach((now, i) => {
    const next = alphaBars[i + 1] ?? 1;
    const gain = (Math.sqrt(now) * target.deviation ** 2) / (now * target.deviation ** 2 + 1 - now);
    const offset = target.mean * (1 - gain * Math.sqrt(now));
    const added = eta ** 2 * ((1 - next) / (1 - now)) * (1 - now / next);
    const kept = Math.sqrt(1 - next - added);
    const slope = Math.sqrt(next) * gain + (kept * (1 - Math.sqrt(now) * gain)) / Math.sqrt(1 - now);
    mean = slope * mean + (Math.sqrt(next) - (kept * Math.sqrt(now)) / Math.sqrt(1 - now)) * offset;
    variance = slope ** 2 * variance + added;
  });
  return { mean, variance };
}

async function measure(scheduler: Scheduler, steps: number, options: { eta?: number; noiseScale?: number }) {
  const plan = scheduler.plan(steps);
  const generator = seeded(3);
  const model = asModel(gaussianDenoiser(target), scheduler);
  const run = sample({ scheduler, plan, x: generator.randn([samplesWanted, 1]), model, generator, ...options });
  let step = await run.next();
  while (!step.done) step = await run.next();
  const { data } = step.value;
  const mean = data.reduce((a, b) => a + b, 0) / samplesWanted;
  return { mean, variance: data.reduce((a, b) => a + (b - mean) ** 2, 0) / (samplesWanted - 1) };
}

function expectMoments(found: Moments, wanted: Moments): void {
  const meanError = Math.sqrt(wanted.variance / samplesWanted);
  const varianceError = wanted.variance * Math.sqrt(2 / samplesWanted);
  expect(Math.abs(found.mean - wanted.mean)).toBeLessThan(4 * meanError);
  expect(Math.abs(found.variance - wanted.variance)).toBeLessThan(4 * varianceError);
}

const alphaBarsOf = (scheduler: Scheduler, steps: number) =>
  scheduler.plan(steps).timesteps.map((t) => scheduler.alphasCumprod![t]);

describe("mean and variance of 20,000 samples equal the chain's own", () => {
  test.each([[8], [40]])("DDPM with %i steps", async (steps) => {
    expectMoments(await measure(ddpm, steps, {}), recursion(alphaBarsOf(ddpm, steps), 1));
  });
  test.each([0, 0.4, 1])("DDIM with eta %f", async (eta) => {
    expectMoments(await measure(ddim, 20, { eta }), recursion(alphaBarsOf(ddim, 20), eta));
  });
});

test("the chain's marginal tends to the target as steps grow", () => {
  for (const eta of [0, 0.5, 1]) {
    const errors = [10, 100, 1000].map((steps) => {
      const alphaBars = alphaBarsOf(ddpm, steps);
      const [first] = alphaBars;
      const noised = { mean: Math.sqrt(first) * target.mean, variance: first * target.deviation ** 2 + 1 - first };
      const { mean, variance } = recursion(alphaBars, eta, noised);
      return Math.abs(mean - target.mean) + Math.abs(Math.sqrt(variance) - target.deviation);
    });
    expect(errors[1]).toBeLessThan(errors[0] / 3);
    expect(errors[2]).toBeLessThan(errors[1] / 3);
    expect(errors[2]).toBeLessThan(0.006);
  }
});

test("DDIM with eta 1 is DDPM", async () => {
  const same = { x: seeded(1).randn([50, 1]), model: asModel(gaussianDenoiser(target), ddpm), eta: 1 };
  const ends = await Promise.all(
    [ddpm, ddim].map(async (scheduler) => {
      let last: Float32Array | undefined;
      for await (const { next } of sample({ ...same, scheduler, plan: scheduler.plan(20), generator: seeded(2) }))
        last = next.data;
      return last!;
    }),
  );
  ends[0].forEach((value, i) => expect(value).toBeCloseTo(ends[1][i], 4));
});

describe("the ablation: DDPM without its noise contracts to the mean of the data", () => {
  const blob = seeded(6).randn([400, 1]);
  const points = { ...blob, data: blob.data.map((value) => target.mean + target.deviation * value) };
  const centre = points.data.reduce((a, b) => a + b) / 400;
  const model = asModel(exactDenoiser(points), ddpm);
  const spread = async (noiseScale: number) => {
    const generator = seeded(4);
    const run = { scheduler: ddpm, plan: ddpm.plan(100), x: generator.randn([300, 1]), model, generator, noiseScale };
    let last = new Float32Array();
    for await (const { next } of sample(run)) last = next.data.slice();
    return Math.sqrt(last.reduce((a, b) => a + (b - centre) ** 2, 0) / 300);
  };
  test("with its noise the samples spread as the data do", async () => {
    expect(Math.abs((await spread(1)) / target.deviation - 1)).toBeLessThan(0.15);
  });
  test("without it they end within a tenth of that of the mean", async () => {
    expect(await spread(0)).toBeLessThan(target.deviation / 10);
  });
});
