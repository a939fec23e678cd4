// Every step equal to diffusers', over classes, spacings, prediction types and options (oracle/schedulers*.py).
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Generator } from "../random/index.ts";
import type { Tensor } from "../core/index.ts";
import { schedulerFromConfig, type PlanOptions, type SchedulerConfig, type StepOptions } from "./index.ts";

type Case = {
  class: string;
  config: Record<string, unknown>;
  steps: number | null;
  plan: PlanOptions;
  options: Record<string, number | boolean>;
  strength?: number;
  timesteps: number[];
  sigmas?: number[];
  initNoiseSigma: number;
  after: number[][];
  draws?: number[];
  /** In float64: oracle/schedulers_fuzz.py with `double`. */
  double?: boolean;
  /** What the generator was seeded with, where its seed is asked for. */
  seed?: number;
  /** The model says a variance too. */
  learned?: boolean;
};
type Golden = { cases: Case[]; tables?: { name: string; config: object; at: number[]; alphasCumprod: number[] }[] };

const folder = new URL("../../test/golden/", import.meta.url);
const files = readdirSync(folder).filter((name) => /^schedulers-.*\.json$/.test(name));
const more = process.env["DRIFTFIELD_FUZZ"]; // a file of oracle/schedulers_fuzz.py, by hand
const paths = [...files.map((name) => new URL(name, folder)), ...(more === undefined ? [] : [more])];
const goldens = paths.map((path) => JSON.parse(readFileSync(path, "utf8")) as Golden);
const shape = [2, 1, 2, 2];
const size = 8;

/** The oracle's noise: draw k is 1.5 sin(12.9898 (i + 1) + 78.233 (k + 1)). */
function oracleNoise(seed: number | undefined): Generator & { draws: number } {
  const generator = {
    draws: 0,
    entropy: seed === undefined ? undefined : [seed],
    randn: () => {
      const k = generator.draws++;
      const value = (_: unknown, i: number) => 1.5 * Math.sin(12.9898 * (i + 1) + 78.233 * (k + 1));
      return { data: Float32Array.from({ length: size }, value), shape };
    },
    state: () => ({ kind: "oracle", draws: generator.draws }),
  };
  return generator as unknown as Generator & { draws: number };
}

function oracleModel(x: Tensor, t: number): Tensor {
  return { data: x.data.map((value) => 0.5 * Math.tanh(1.3 * value) + 0.2 * Math.cos(t / 100)), shape };
}

/** The same, with 0.8 cos(x) as a second half of the channels (shape [2, 2, 2, 2]). */
function learnedModel(x: Tensor, t: number): Tensor {
  const said = [...oracleModel(x, t).data];
  const variance = [...x.data].map((value) => 0.8 * Math.cos(value));
  const half = size / shape[0];
  const rows = [0, half].flatMap((at) => [...said.slice(at, at + half), ...variance.slice(at, at + half)]);
  return { data: Float32Array.from(rows), shape: [2, 2, 2, 2] };
}

const camelCase = (key: string) => key.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

function relativeError(found: readonly number[], wanted: readonly number[]): number {
  const largest = Math.max(...wanted.map(Math.abs), 1e-12);
  return Math.max(...wanted.map((value, i) => Math.abs(value - found[i]))) / largest;
}

function run(golden: Case) {
  const config = { _class_name: golden.class, ...golden.config } as SchedulerConfig;
  const scheduler = schedulerFromConfig(config);
  const options = Object.fromEntries(Object.entries(golden.options).map(([key, value]) => [camelCase(key), value]));
  const whole = scheduler.plan(golden.steps, golden.plan);
  const plan = scheduler.plan(golden.steps, { ...golden.plan, strength: golden.strength });
  const stepper = scheduler.stepper(plan, options as StepOptions);
  const generator = oracleNoise(golden.seed);
  const start = (_: unknown, i: number) => 1.2 * Math.sin(0.7 + 1.9 * i) * plan.initNoiseSigma;
  const floats = golden.double ? (Float64Array as unknown as Float32ArrayConstructor) : Float32Array;
  let state = stepper.begin({ data: floats.from({ length: size }, start), shape });
  const errors: number[] = [];
  const draws: number[] = [];
  for (const wanted of golden.after) {
    const seen = stepper.scaleModelInput(state.x, state.index);
    const said = (golden.learned ? learnedModel : oracleModel)(seen, plan.timesteps[state.index]);
    state = stepper.advance(state, said, generator);
    errors.push(relativeError([...state.x.data], wanted));
    draws.push(generator.draws);
  }
  return { whole, plan, errors, draws, finished: state.index === plan.timesteps.length };
}

/**
 * Brownian paths are rough: where PyTorch's float32 log or exp is a last bit off, as in these two, noise moves by 1e-3.
 */
function misrounded({ class: name, config, steps }: Case): boolean {
  if (name === "DPMSolverSDEScheduler") return config["use_beta_sigmas"] === true;
  return name === "CosineDPMSolverMultistepScheduler" && steps === 16;
}

const title = ({ class: name, config, steps, plan, options, strength }: Case) =>
  `${name} ${JSON.stringify({ ...config, steps, ...plan, ...options, strength })}`;

for (const golden of goldens.flatMap(({ cases }) => cases)) {
  test(`every step equals the reference: ${title(golden)}`, () => {
    const { whole, plan, errors, draws, finished } = run(golden);
    expect(plan.timesteps.length).toBe(golden.timesteps.length);
    expect(relativeError(plan.timesteps, golden.timesteps)).toBeLessThan(1e-5);
    if (golden.sigmas) {
      expect(whole.sigmas.length).toBe(golden.sigmas.length);
      golden.sigmas.forEach((sigma, i) => expect(Math.abs(whole.sigmas[i] - sigma)).toBeLessThanOrEqual(1e-5 * sigma));
    }
    expect(Math.abs(whole.initNoiseSigma / golden.initNoiseSigma - 1)).toBeLessThan(1e-5);
    expect(Math.max(...errors)).toBeLessThan(misrounded(golden) ? 1e-3 : 1e-4);
    if (golden.draws) expect(draws).toEqual(golden.draws);
    expect(finished).toBe(true);
  });
}

describe("the variance tables equal the reference's", () => {
  for (const { name, config, at, alphasCumprod } of goldens.flatMap(({ tables }) => tables ?? [])) {
    test(name, () => {
      const table = schedulerFromConfig({ _class_name: "DDPMScheduler", ...config }).alphasCumprod!;
      at.forEach((t, i) => expect(Math.abs(table[t] - alphasCumprod[i])).toBeLessThanOrEqual(2e-6 * alphasCumprod[i]));
    });
  }
});
