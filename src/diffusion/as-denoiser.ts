// A network as a denoiser of any level, so that the equations and the exact denoisers' tools run on it.
import type { Tensor } from "../core/index.ts";
import type { DenoiserField } from "./equations/field.ts";
import { unguided, type Guidance } from "./guidance.ts";
import { toDenoised } from "./prediction.ts";
import type { Model } from "./sample.ts";
import { noiseRatio } from "./schedule/level.ts";
import type { Scheduler } from "./scheduler.ts";
import { evaluate } from "./sum.ts";

/**
 * `model` as a denoiser: asked at the model time that has the level's sigma / alpha, x scaled to what it was trained to
 * see there. Levels beyond the ends of a table are asked at its end. The inverse of `asModel`.
 * @param guidance combines the model's predictions; it is told index 0 of 1 and the level.
 */
export function asDenoiser(
  model: Model,
  scheduler: Pick<Scheduler, "schedule" | "predictionType" | "preconditioning">,
  guidance: Guidance = unguided,
): DenoiserField {
  const { schedule, predictionType: type, preconditioning } = scheduler;
  return async (x, given) => {
    const t = schedule.timeOf(noiseRatio(given));
    const level = schedule.at(t);
    const seen = scaled(x, given.alpha === 0 ? level.sigma / given.sigma : level.alpha / given.alpha);
    const moment = { level, t, index: 0, total: 1 };
    const said = await model(seen, t, guidance.wants(moment));
    const predictions = ArrayBuffer.isView((said as Tensor).data) ? { cond: said as Tensor } : said;
    const prediction = guidance.combine(predictions as { cond?: Tensor }, moment).data;
    const output = preconditioning
      ? { x: scaled(seen, 1 / level.alpha), level: { alpha: 1, sigma: noiseRatio(level) } }
      : { x: seen, level };
    const read = { type, prediction, inputScale: 1, preconditioning, x: output.x.data, level: output.level };
    return { data: evaluate(toDenoised(read), x.data), shape: x.shape };
  };
}

function scaled(x: Tensor, factor: number): Tensor {
  return factor === 1 ? x : { data: evaluate([[factor, x.data]], x.data), shape: x.shape };
}
