// The DDPM family's schedules: a table of noise levels, one a training timestep, variance preserving.
import { DriftfieldError } from "../../core/index.ts";
import { betas, cumulativeAlphas, type BetaOptions } from "./betas.ts";
import { preservingLevel, type Level } from "./level.ts";
import type { NoiseSchedule } from "./schedule.ts";

/** A table schedule, with its sigma / alpha ratios as k-diffusion interpolates them. */
export type DiscreteSchedule = NoiseSchedule & {
  readonly alphasCumprod: Float32Array;
  /** sigma / alpha of every training timestep. */
  readonly ratios: Float32Array;
  /** sigma / alpha at a fractional timestep, linear between the table's ratios. */
  ratioAt(t: number): number;
};

/**
 * The schedule of a network trained on discrete timesteps.
 * @param options how its betas were made, and `lowestAlphaCumprod`: what the last entry becomes when a sampler has to
 *   divide by it (the reference puts 2^-24 there for zero terminal SNR).
 */
export function discreteSchedule(options: BetaOptions & { lowestAlphaCumprod?: number } = {}): DiscreteSchedule {
  const alphasCumprod = cumulativeAlphas(betas(options));
  const last = alphasCumprod.length - 1;
  if (options.lowestAlphaCumprod !== undefined) alphasCumprod[last] = options.lowestAlphaCumprod;
  const ratios = alphasCumprod.map((a) => Math.sqrt(Math.fround(Math.fround(1 - a) / a)));
  const logRatios = ratios.map(Math.log);

  const between = (table: Float32Array, t: number) => {
    if (!(t >= 0 && t <= last)) throw outside(t, last);
    const low = Math.floor(t);
    return low === t ? table[low] : table[low] + (t - low) * (table[low + 1] - table[low]);
  };
  const at = (t: number): Level => {
    if (!Number.isInteger(t)) return preservingLevel(Math.exp(between(logRatios, t)));
    if (!(t >= 0 && t <= last)) throw outside(t, last);
    return { alpha: Math.sqrt(alphasCumprod[t]), sigma: Math.sqrt(1 - alphasCumprod[t]) };
  };
  return {
    kind: "discrete",
    numTrainTimesteps: alphasCumprod.length,
    alphasCumprod,
    ratios,
    at,
    logSnr: (t) => {
      const { alpha, sigma } = at(t);
      return 2 * (Math.log(alpha) - Math.log(sigma));
    },
    timeOf: (ratio) => timeOfLog(logRatios, Math.log(Math.max(ratio, 1e-10))),
    ratioAt: (t) => between(ratios, t),
  };
}

/**
 * Fractional index of `value` in an ascending table, held to its ends (k-diffusion `external.py`, sigma_to_t). The
 * reference's table is float32, and so is the distance between two of its entries: that decides about whole timesteps.
 */
function timeOfLog(table: Float32Array, value: number): number {
  const last = table.length - 1;
  if (last === 0) return 0;
  let low = 0;
  for (let high = last; high - low > 1;) {
    const middle = (low + high) >> 1;
    if (table[middle] <= value) low = middle;
    else high = middle;
  }
  const part = (value - table[low]) / Math.fround(table[low + 1] - table[low]);
  const weight = Math.min(Math.max(part, 0), 1);
  return (1 - weight) * low + weight * (low + 1);
}

function outside(t: number, last: number): DriftfieldError {
  return new DriftfieldError("invalid_option", `timestep ${t} is outside of the schedule`, {
    path: "timesteps",
    received: t,
    expected: `a number from 0 to ${last}`,
    hint: `choose timesteps from 0 to ${last}, or fewer steps`,
  });
}
