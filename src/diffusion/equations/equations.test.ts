// SDE, ODE and likelihood against closed forms, on every path.
import { describe, expect, test } from "vitest";
import { seeded } from "../../../test/helpers/noise.ts";
import type { Tensor } from "../../core/index.ts";
import {
  edmPath,
  evenTimes,
  flowPath,
  gaussianDenoiser,
  gaussianMixture,
  hutchinsonTrace,
  logLikelihood,
  probabilityFlow,
  reverseSde,
  vePath,
  vpPath,
  type NoisePath,
  type ReverseSdeOptions,
} from "../index.ts";

const paths = [vpPath({ earliest: 1e-4 }), vePath({ sigmaMax: 40 }), edmPath({ sigmaMax: 40 }), flowPath()];
const target = { mean: 0.4, deviation: 0.7 };
const denoiser = gaussianDenoiser(target);
const doubles = (values: readonly number[], columns = 1): Tensor => ({
  data: Float64Array.from(values) as unknown as Float32Array,
  shape: [values.length / columns, columns],
});

/** Runs a generator to its end. */
async function last<T>(run: AsyncGenerator<unknown, T>): Promise<T> {
  for (;;) {
    const { value, done } = await run.next();
    if (done) return value;
  }
}

/** Deviation of the noised target at time u, and the ODE's solution through quantile z (a Gaussian stays one). */
const widthAt = (path: NoisePath, u: number) => {
  const { alpha, sigma } = path.level(u);
  return Math.hypot(alpha * target.deviation, sigma);
};
const solution = (path: NoisePath, u: number, z: number) => path.level(u).alpha * target.mean + widthAt(path, u) * z;

describe.each(paths)("$name", (path) => {
  const quantiles = [-1.5, 0.2, 2.2];
  const start = doubles(quantiles.map((z) => solution(path, path.latest, z)));
  const tight = { relative: 1e-9, absolute: 1e-9 };

  test("the ODE carries every quantile of a Gaussian to the same quantile, also between its steps", async () => {
    const run = probabilityFlow({ denoiser, path, x: start, ...tight });
    let seen = 0;
    for await (const { at, from, to } of run) {
      const u = 0.5 * (from + to);
      at(u).data.forEach((value, i) => expect(value).toBeCloseTo(solution(path, u, quantiles[i]), 5));
      seen++;
    }
    expect(seen).toBeGreaterThan(10);
    const end = await last(probabilityFlow({ denoiser, path, x: start, ...tight }));
    end.data.forEach((value, i) => expect(value).toBeCloseTo(solution(path, path.earliest, quantiles[i]), 6));
  });

  test("the ODE encodes what it decodes, in float32 too", async () => {
    const x = { data: Float32Array.of(0.1, -0.8, 1.3), shape: [3, 1] };
    const code = await last(probabilityFlow({ denoiser, path, x, from: path.earliest, to: path.latest }));
    const again = await last(probabilityFlow({ denoiser, path, x: code }));
    again.data.forEach((value, i) => expect(Math.abs(value - x.data[i])).toBeLessThan(1e-3));
    expect(again.data).toBeInstanceOf(Float32Array);
  });

  /** Slope and offset of each step without its noise (the chain is affine), and the variance that g^2 adds. */
  async function moments(steps: number, churn: number): Promise<{ mean: number; variance: number }> {
    const times = evenTimes(path, steps);
    let [mean, variance] = [path.level(times[0]).alpha * target.mean, widthAt(path, times[0]) ** 2];
    for (let i = 0; i < steps; i++) {
      const pair = { denoiser, path, x: doubles([0, 1]), times: times.slice(i, i + 2), churn, noiseScale: 0 };
      const [offset, sum] = (await last(reverseSde(pair))).data;
      const { alpha, sigma } = path.level(times[i]);
      const rates = path.rates(times[i]);
      const added = churn * (2 * sigma * rates.sigma - (2 * rates.alpha * sigma ** 2) / alpha);
      mean = (sum - offset) * mean + offset;
      variance = (sum - offset) ** 2 * variance + added * (times[i] - times[i + 1]);
    }
    return { mean, variance };
  }

  test.each([0, 0.5, 1])("the SDE with churn %d tends to the target as 1 / steps", async (churn) => {
    const errors: number[] = [];
    for (const steps of [400, 800]) {
      const { mean, variance } = await moments(steps, churn);
      const wanted = path.level(path.earliest).alpha * target.mean;
      errors.push(Math.abs(mean - wanted) + Math.abs(Math.sqrt(variance) - widthAt(path, path.earliest)));
    }
    expect(errors[1]).toBeLessThan(0.02);
    expect(errors[0] / errors[1]).toBeGreaterThan(1.7);
  });

  test("20,000 samples of the SDE have its chain's own mean and variance", async () => {
    const [count, steps] = [20_000, 30];
    const noise = seeded(4).randn([count, 1]);
    const first = path.latest;
    const x = { ...noise, data: noise.data.map((z) => solution(path, first, z)) };
    const { data } = await last(reverseSde({ denoiser, path, x, steps, generator: seeded(5) }));
    const wanted = await moments(steps, 1);
    const mean = data.reduce((a, b) => a + b, 0) / count;
    const variance = data.reduce((a, b) => a + (b - mean) ** 2, 0) / (count - 1);
    expect(Math.abs(mean - wanted.mean)).toBeLessThan(4 * Math.sqrt(wanted.variance / count));
    expect(Math.abs(variance - wanted.variance)).toBeLessThan(4 * wanted.variance * Math.sqrt(2 / count));
  });

  const mixture = gaussianMixture([
    { weight: 1, mean: [-1, 0.5], deviation: 0.4 },
    { weight: 2, mean: [0.8, -0.3], deviation: [0.3, 0.6] },
  ]);
  const points = doubles([-1, 0.4, 0.7, -0.2, 0, 0, 1.5, 1], 2);

  test("the likelihood is the mixture's own density", async () => {
    const fine = { relative: 1e-7, absolute: 1e-7 };
    const found = await last(logLikelihood({ denoiser: mixture.denoiser, path, x: points, ...fine }));
    const wanted = mixture.logDensity(points, path.level(path.earliest));
    // The prior takes what signal is left at the end for noise; with the true density there it is exact.
    const { sigma } = path.level(path.latest);
    const normal = gaussianMixture([{ mean: [0, 0], deviation: sigma }]);
    const prior = normal.logDensity(found.latent, { alpha: 1, sigma: 0 });
    const truth = mixture.logDensity(found.latent, path.level(path.latest));
    found.logDensity.forEach((value, i) => {
      expect(Math.abs(value - wanted[i])).toBeLessThan(0.02);
      expect(value - prior[i] + truth[i]).toBeCloseTo(wanted[i], 5);
    });
    expect(found.latent.shape).toEqual([4, 2]);
  });

  test("Hutchinson's estimate of it is right on average", async () => {
    const probes = hutchinsonTrace({ generator: seeded(8), shape: [4, 2], probes: 64 });
    const one = { denoiser: mixture.denoiser, path, x: points, relative: 1e-4, absolute: 1e-4 };
    const { logDensity } = await last(logLikelihood({ ...one, trace: probes }));
    const wanted = mixture.logDensity(points, path.level(path.earliest));
    logDensity.forEach((value, i) => expect(Math.abs(value - wanted[i])).toBeLessThan(0.25));
  });
});

const run: ReverseSdeOptions = { denoiser, path: vpPath(), x: doubles([1]), steps: 10, generator: seeded(1) };

describe("the SDE's generator", () => {
  test("records every step: noise is what next has beyond the drift, and nothing given is written to", async () => {
    const x = doubles([1, -2]);
    const records = [];
    for await (const record of reverseSde({ ...run, x })) records.push(record);
    expect(records.map(({ index }) => index)).toEqual([...Array(10).keys()]);
    const quiet = await last(reverseSde({ ...run, x, times: evenTimes(run.path, 10).slice(0, 2), noiseScale: 0 }));
    const { next, noise } = records[0];
    next.data.forEach((value, i) => expect(value - noise!.data[i]).toBeCloseTo(quiet.data[i], 12));
    expect([...x.data]).toEqual([1, -2]);
    expect(records[3].x).toBe(records[2].next);
  });

  test("churn 0 draws nothing and needs no generator", async () => {
    for await (const { noise } of reverseSde({ ...run, churn: 0, generator: undefined })) expect(noise).toBeUndefined();
  });

  test.each([
    ["steps", { steps: 0 }],
    ["steps", { steps: undefined }],
    ["times", { times: [0.1, 0.5] }],
    ["times", { path: flowPath(), times: [1, 0.5] }],
    ["churn", { churn: -1 }],
    ["noiseScale", { noiseScale: NaN }],
    ["generator", { generator: undefined }],
    ["to", { times: [1, 0] }],
  ])("refuses wrong %s: %o", async (path, wrong) => {
    await expect(last(reverseSde({ ...run, ...wrong }))).rejects.toMatchObject({ code: "invalid_option", path });
  });

  test("names the time of a denoiser's NaN", async () => {
    const broken = (x: Tensor) => ({ ...x, data: x.data.map(() => NaN) });
    await expect(last(reverseSde({ ...run, denoiser: broken }))).rejects.toMatchObject({
      code: "not_finite",
      message: expect.stringContaining("time 1"),
    });
  });
});

describe("a signal stops", () => {
  const stopAfter = async (make: (signal: AbortSignal) => AsyncGenerator<unknown>) => {
    const controller = new AbortController();
    let steps = 0;
    for await (const _ of make(controller.signal)) if (++steps === 2) controller.abort();
    return steps;
  };
  test.each([
    ["the SDE", (signal: AbortSignal) => reverseSde({ ...run, signal })],
    ["the ODE", (signal: AbortSignal) => probabilityFlow({ denoiser, path: vpPath(), x: doubles([1]), signal })],
    ["the likelihood", (signal: AbortSignal) => logLikelihood({ denoiser, path: vpPath(), x: doubles([1]), signal })],
  ])("%s before its next step", async (_, make) => {
    await expect(stopAfter(make)).rejects.toMatchObject({ code: "aborted" });
  });
});

test("a denoiser that answers in another shape is an error with both", async () => {
  const wrong = () => doubles([1, 2, 3]);
  await expect(last(reverseSde({ ...run, denoiser: wrong }))).rejects.toMatchObject({
    code: "shape_mismatch",
    received: "[3,1]",
    expected: "[1,1]",
  });
});
