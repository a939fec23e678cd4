// smalldiffusion's schedule: noise levels even in their logarithm, which the network is told as they are.
import { DriftfieldError } from "../../core/index.ts";
import type { NoiseSchedule } from "./schedule.ts";
import { exponentialSigmas } from "./sigmas.ts";

/** A schedule of `sigmas`, rising: x = x0 + sigma noise, and model time is sigma itself. */
export type LogLinearSchedule = NoiseSchedule & { readonly sigmas: readonly number[] };

/**
 * `count` noise levels from `smallest` to `largest` (smalldiffusion, ScheduleLogLinear; Permenter & Yuan 2024).
 * @throws DriftfieldError("invalid_option") unless 0 < smallest < largest.
 */
export function logLinearSchedule(count: number, smallest: number, largest: number): LogLinearSchedule {
  if (!(smallest > 0 && smallest < largest)) throw reversed(smallest, largest);
  const sigmas = exponentialSigmas(smallest, largest, count);
  return {
    kind: "exploding",
    numTrainTimesteps: count,
    sigmas,
    at: (t) => ({ alpha: 1, sigma: t }),
    logSnr: (t) => -2 * Math.log(t),
    timeOf: (ratio) => Math.min(Math.max(ratio, smallest), largest),
  };
}

function reversed(smallest: number, largest: number): DriftfieldError {
  return new DriftfieldError("invalid_option", `noise levels can't go from ${smallest} to ${largest}`, {
    path: "sigma_min",
    received: smallest,
    expected: `a number above 0 and below sigma_max (${largest})`,
    hint: "0.01 and 10 are usual for data of unit size",
  });
}
