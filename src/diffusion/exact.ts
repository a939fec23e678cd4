// Denoisers that are known exactly: of a finite data set and of a Gaussian. What a perfect network would say.
import { DriftfieldError, type Tensor } from "../core/index.ts";
import { toPreconditioned } from "./preconditioning.ts";
import type { Model } from "./sample.ts";
import { toPrediction } from "./prediction.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Level } from "./schedule/level.ts";
import { evaluate, sum } from "./sum.ts";

/** The expected clean sample given x at a noise level: E[x0 | alpha x0 + sigma noise = x]. Shape of x. */
export type Denoiser = (x: Tensor, level: Level) => Tensor;

/**
 * The exact denoiser of the uniform distribution over `points` (N, ...): their mean, weighted by
 * softmax(-|x - alpha p|^2 / (2 sigma^2)) (Karras et al. 2022, eq. 57). x has shape (B, ...). At sigma 0 it is the
 * nearest point.
 * @param deviation 0 and above: the data are the points blurred by a Gaussian this wide, so that what is between them
 *   counts as data too (a mixture of N equal Gaussians; see `gaussianMixture` for unequal ones).
 */
export function exactDenoiser(points: Tensor, { deviation = 0 }: { deviation?: number } = {}): Denoiser {
  const count = points.shape[0];
  const size = points.data.length / count;
  return (x, { alpha, sigma }) => {
    if (x.data.length % size !== 0) throw misfit(x, points);
    const data = x.data.slice().fill(0);
    const weights = new Float64Array(count);
    const variance = (alpha * deviation) ** 2 + sigma ** 2;
    const gain = deviation === 0 ? 0 : (alpha * deviation ** 2) / variance;
    for (let start = 0; start < data.length; start += size) {
      for (let p = 0; p < count; p++) {
        let squares = 0;
        for (let i = 0; i < size; i++) squares += (x.data[start + i] - alpha * points.data[p * size + i]) ** 2;
        weights[p] = squares;
      }
      nearness(weights, Math.sqrt(variance));
      for (let p = 0; p < count; p++) {
        if (weights[p] === 0) continue;
        for (let i = 0; i < size; i++) data[start + i] += weights[p] * points.data[p * size + i];
      }
      if (gain === 0) continue;
      for (let i = start; i < start + size; i++) data[i] = gain * x.data[i] + (1 - gain * alpha) * data[i];
    }
    return { data, shape: x.shape };
  };
}

/** The exact denoiser of a normal distribution with one mean and standard deviation for every number. */
export function gaussianDenoiser({ mean = 0, deviation = 1 }: { mean?: number; deviation?: number } = {}): Denoiser {
  return (x, { alpha, sigma }) => {
    const variance = deviation ** 2;
    const gain = (alpha * variance) / (alpha ** 2 * variance + sigma ** 2);
    return { data: x.data.map((value) => mean + gain * (value - alpha * mean)), shape: x.shape };
  };
}

type Wrapped = Pick<Scheduler, "schedule" | "predictionType" | "preconditioning">;

/** A denoiser as a model for `scheduler`: in its prediction type, at its model times. Pure noise has alpha 0. */
export function asModel(denoiser: Denoiser, scheduler: Wrapped): Model {
  return (x, t) => {
    const level = scheduler.schedule.at(t);
    const denoised = denoiser(x, level);
    const noise = evaluate(sum([1 / level.sigma, x.data], [-level.alpha / level.sigma, denoised.data]), x.data);
    const { preconditioning } = scheduler;
    if (preconditioning) {
      const whole = evaluate([[1 / level.alpha, x.data]], x.data);
      const said = toPreconditioned(denoised.data, whole, level.sigma / level.alpha, preconditioning);
      return { data: evaluate(said, x.data), shape: x.shape };
    }
    const data = evaluate(toPrediction(scheduler.predictionType, denoised.data, noise, level), x.data);
    return { data, shape: x.shape };
  };
}

/** Squared distances become weights softmax(-squares / (2 sigma^2)), in place. The nearest has exponent 0. */
function nearness(squares: Float64Array, sigma: number): void {
  const least = squares.reduce((a, b) => Math.min(a, b), Infinity);
  let total = 0;
  for (let i = 0; i < squares.length; i++) {
    const further = squares[i] - least;
    total += squares[i] = further === 0 ? 1 : Math.exp(-further / (2 * sigma * sigma));
  }
  for (let i = 0; i < squares.length; i++) squares[i] /= total;
}

function misfit(x: Tensor, points: Tensor): DriftfieldError {
  return new DriftfieldError("shape_mismatch", "x doesn't hold points of the data set's size", {
    path: "x",
    received: `[${x.shape}]`,
    expected: `[B, ${points.shape.slice(1)}]`,
    hint: "give x one row for each sample",
  });
}
