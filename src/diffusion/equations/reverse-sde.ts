// The reverse SDE: the noisy walk from noise to data that undoes the forward process.
import { DriftfieldError, throwIfAborted, type Tensor } from "../../core/index.ts";
import type { Generator } from "../../random/index.ts";
import type { Level } from "../schedule/level.ts";
import { checkFalling } from "../schedule/spacing.ts";
import { allFinite, evaluate, sum } from "../sum.ts";
import { askField, fieldNotFinite, type DenoiserField } from "./field.ts";
import { checkTimes, diffusionSquared, evenTimes, flowWeights, type NoisePath } from "./path.ts";

export type ReverseSdeOptions = {
  denoiser: DenoiserField;
  path: NoisePath;
  /** Where to start, (B, ...): noise with deviation sigma of the first time. Not written to. */
  x: Tensor;
  /** So many steps, even in log-SNR from the path's latest time to its earliest; or the caller's own falling times. */
  steps?: number;
  times?: readonly number[];
  generator?: Generator;
  /** 1 is the reverse SDE, 0 the probability flow; any other gives the same marginals in the limit of small steps. */
  churn?: number;
  /** Factor on the noise alone, the drift left as it is: 1 as derived, 0 the ablation. */
  noiseScale?: number;
  signal?: AbortSignal;
};

export type SdeRecord = Level & {
  readonly index: number;
  readonly total: number;
  readonly u: number;
  readonly x: Tensor;
  readonly denoised: Tensor;
  /** What the step added; absent where it adds none. */
  readonly noise?: Tensor;
  readonly next: Tensor;
};

/**
 * dx = (f x - (1 + churn) / 2 g^2 score) du + sqrt(churn) g dw, backward in time, by Euler and Maruyama: Anderson 1982;
 * Song et al. 2021, eq. 6; with churn, Karras et al. 2022, eq. 6. Yields each step, returns x at the last time.
 * @throws DriftfieldError: "aborted"; "not_finite" naming the time; "shape_mismatch"; "invalid_option" on times that
 *   don't fall, numbers out of range, and when noise is needed and there's no generator.
 */
export async function* reverseSde(options: ReverseSdeOptions): AsyncGenerator<SdeRecord, Tensor> {
  const { denoiser, path, churn = 1, noiseScale = 1, generator, signal } = options;
  const times = options.times ?? evenTimes(path, checkedSteps(options.steps));
  checkFalling(times, "times");
  checkTimes(path, times[0], times[times.length - 1]);
  if (path.level(times[0]).alpha === 0) throw blindStart(path, times[0]);
  checkFactor("churn", churn, "1 is the reverse SDE, 0 the probability-flow ODE");
  checkFactor("noiseScale", noiseScale, "1 is as derived, 0 leaves the noise out");
  const total = times.length - 1;
  let x = options.x;
  for (let index = 0; index < total; index++) {
    throwIfAborted(signal);
    const [u, du] = [times[index], times[index + 1] - times[index]];
    const level = path.level(u);
    const { alpha, sigma } = level;
    const data = await askField(denoiser, x, level);
    if (!allFinite(data)) throw fieldNotFinite(u);
    const { ofX, ofDenoised } = flowWeights(path, u);
    const added = churn === 0 ? 0 : churn * diffusionSquared(path, u); // per unit of time
    // The flow's velocity, less half of the added variance times the score (alpha D - x) / sigma^2.
    const pull = added / (2 * sigma ** 2);
    const drift = sum([1 + du * (ofX + pull), x.data], [du * (ofDenoised - alpha * pull), data]);
    const deviation = noiseScale * Math.sqrt(added * -du);
    const noise = deviation === 0 ? undefined : needGenerator(generator).randn(x.shape).data;
    const next = { data: evaluate(noise ? sum([1, drift], [deviation, noise]) : drift, x.data), shape: x.shape };
    const denoised = { data, shape: x.shape };
    const grown = noise && { data: evaluate([[deviation, noise]], x.data), shape: x.shape };
    yield { index, total, u, alpha, sigma, x, denoised, noise: grown, next };
    x = next;
  }
  return x;
}

function checkedSteps(steps: number | undefined): number {
  if (steps !== undefined && Number.isInteger(steps) && steps >= 1) return steps;
  throw wrong("steps", steps, "a whole number of 1 or more, or your own `times`", "200 to 1000 are usual");
}

function checkFactor(path: string, received: number, hint: string): void {
  if (received >= 0 && received < Infinity) return;
  throw wrong(path, received, "a number of 0 or more", hint);
}

function wrong(path: string, received: number | undefined, expected: string, hint: string): DriftfieldError {
  return new DriftfieldError("invalid_option", `${path} can't be ${received}`, { path, received, expected, hint });
}

/** Where no signal is left, the forward SDE of a flow adds infinite noise. */
function blindStart(path: NoisePath, u: number): DriftfieldError {
  return wrong("times", u, "times at which some signal is left (alpha above 0)", `begin at ${path.latest}`);
}

function needGenerator(generator: Generator | undefined): Generator {
  if (generator !== undefined) return generator;
  throw new DriftfieldError("invalid_option", "the reverse SDE adds noise and was given no generator", {
    path: "generator",
    expected: "a generator of random numbers",
    hint: "pass `generator`, or set churn to 0 for the probability flow",
  });
}
