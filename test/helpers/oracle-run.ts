// A run of the scheduler oracle (oracle/schedulers*.py) walked by ours: the same toy model, start and noise.
import type { Tensor } from "../../src/core/index.ts";
import { schedulerFromConfig, type Plan, type PlanOptions, type StepOptions } from "../../src/diffusion/index.ts";
import type { Generator } from "../../src/random/index.ts";

/** What the oracle was asked for. */
export type Asked = {
  class: string;
  config: Record<string, unknown>;
  steps: number | null;
  plan: PlanOptions;
  options: Record<string, number | boolean>;
  strength?: number;
  /** In float64. */
  double?: boolean;
  /** What the generator was seeded with, where its seed is asked for. */
  seed?: number;
  /** The model says a variance too. */
  learned?: boolean;
};

/** What it wrote of it. */
export type Written = {
  timesteps: number[];
  sigmas?: number[];
  initNoiseSigma: number;
  /** x after each step. */
  after: number[][];
  /** How often noise was drawn by then. */
  draws?: number[];
};

export type Case = Asked & Written;

/** The class and all that was asked of it. */
export const titleOf = ({ class: name, config, steps, plan, options, strength }: Asked): string =>
  `${name} ${JSON.stringify({ ...config, steps, ...plan, ...options, strength })}`;

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

/** Walks it: the plan of all steps, what `strength` leaves of it, x and the number of draws after each step. */
export function walk(asked: Asked): { whole: Plan; plan: Plan; after: number[][]; draws: number[] } {
  const scheduler = schedulerFromConfig({ _class_name: asked.class, ...asked.config });
  const options = Object.fromEntries(Object.entries(asked.options).map(([key, value]) => [camelCase(key), value]));
  const whole = scheduler.plan(asked.steps, asked.plan);
  const plan = scheduler.plan(asked.steps, { ...asked.plan, strength: asked.strength });
  const stepper = scheduler.stepper(plan, options as StepOptions);
  const generator = oracleNoise(asked.seed);
  const start = (_: unknown, i: number) => 1.2 * Math.sin(0.7 + 1.9 * i) * plan.initNoiseSigma;
  const floats = asked.double ? (Float64Array as unknown as Float32ArrayConstructor) : Float32Array;
  let state = stepper.begin({ data: floats.from({ length: size }, start), shape });
  const [after, draws]: [number[][], number[]] = [[], []];
  for (const t of plan.timesteps) {
    const seen = stepper.scaleModelInput(state.x, state.index);
    state = stepper.advance(state, (asked.learned ? learnedModel : oracleModel)(seen, t), generator);
    after.push([...state.x.data]);
    draws.push(generator.draws);
  }
  return { whole, plan, after, draws };
}

/** Where ours differs from what the oracle wrote: times and sigmas by 1e-5, x by `tolerance` of its largest value. */
export function differences(golden: Case, tolerance = 1e-4): string[] {
  const { whole, plan, after, draws } = walk(golden);
  const sigmas = golden.sigmas ?? whole.sigmas;
  const found = [
    ...lengths("timesteps", plan.timesteps, golden.timesteps),
    ...lengths("steps", after, golden.after),
    ...lengths("sigmas", whole.sigmas, sigmas),
    ...differing("timesteps", relativeError(plan.timesteps, golden.timesteps), 1e-5),
    ...sigmas.flatMap((sigma, i) =>
      differing(`sigma ${i}`, sigma === whole.sigmas[i] ? 0 : Math.abs(whole.sigmas[i] / sigma - 1), 1e-5),
    ),
    ...differing("initNoiseSigma", Math.abs(whole.initNoiseSigma / golden.initNoiseSigma - 1), 1e-5),
    ...golden.after.flatMap((wanted, i) =>
      differing(`step ${i + 1}`, relativeError(after[i] ?? [], wanted), tolerance),
    ),
  ];
  const sameDraws = golden.draws === undefined || `${draws}` === `${golden.draws}`;
  return sameDraws ? found : [...found, `${draws} draws instead of ${golden.draws}`];
}

function lengths(what: string, found: ArrayLike<unknown>, wanted: ArrayLike<unknown>): string[] {
  return found.length === wanted.length ? [] : [`${found.length} ${what} instead of ${wanted.length}`];
}

function differing(what: string, error: number, tolerance: number): string[] {
  return error < tolerance ? [] : [`${what} by ${error.toExponential(1)}`];
}

/** The largest difference, of the largest value that is wanted. */
function relativeError(found: readonly number[], wanted: readonly number[]): number {
  const largest = Math.max(...wanted.map(Math.abs), 1e-12);
  return Math.max(0, ...wanted.map((value, i) => Math.abs(value - (found[i] ?? NaN)))) / largest;
}
