// What a scheduler class is to us: its configuration read into a schedule, a sampler and a way to plan.
import { DriftfieldError } from "../../core/index.ts";
import { flag, number, oneOf, optionalNumber, type SchedulerConfig } from "../config.ts";
import type { DenoisedRange } from "../denoised-range.ts";
import type { Plan } from "../plan.ts";
import type { PlanOptions } from "../plans/options.ts";
import type { Preconditioning } from "../preconditioning.ts";
import { predictionTypes, type PredictionType } from "../prediction.ts";
import type { Sampler } from "../samplers/sampler.ts";
import { betaSchedules } from "../schedule/betas.ts";
import { discreteSchedule, type DiscreteSchedule } from "../schedule/discrete.ts";
import type { Level } from "../schedule/level.ts";
import type { NoiseSchedule } from "../schedule/schedule.ts";
import type { SigmaPlacement } from "../schedule/sigmas.ts";
import { spacings, type TimestepSpacing } from "../schedule/spacing.ts";

/** A configuration, understood. */
export type SchedulerParts = {
  schedule: NoiseSchedule;
  predictionType: PredictionType;
  /** How the network's output is wrapped, where it isn't `predictionType` as it stands. */
  preconditioning?: Preconditioning;
  sampler: Sampler;
  range?: DenoisedRange;
  /** Level of x in the sampler's own space at model time t. */
  levelAt(t: number): Level;
  plan(sampler: Sampler, steps: number | null, options: PlanOptions): Plan;
};

/** One class of the reference. */
export type SchedulerClass = { readonly className: string; read(config: SchedulerConfig): SchedulerParts };

/** Classes of the reference that pass `rescale_betas_zero_snr` over, as when they take over another class's config. */
const withoutRescaling = /^(DEIS|DPMSolverSinglestep|DPMSolverMultistepInverse|Heun|KDPM2|LMS|PNDM)/;

/** The options of a table schedule. `floorLast`: zero terminal SNR leaves 2^-24 (the class divides by it). */
export function readSchedule(
  config: SchedulerConfig,
  defaults: { start?: number; end?: number; floorLast?: boolean } = {},
): DiscreteSchedule {
  const { start = 0.0001, end = 0.02, floorLast = false } = defaults;
  const zeroTerminalSnr = flag(config, "rescale_betas_zero_snr", false) && !withoutRescaling.test(config._class_name);
  return discreteSchedule({
    schedule: oneOf(config, "beta_schedule", betaSchedules, "linear"),
    start: number(config, "beta_start", start, 0, 1),
    end: number(config, "beta_end", end, 0, 1),
    count: number(config, "num_train_timesteps", 1000, 1, 1_000_000),
    trained: (config.trained_betas as number[] | null | undefined) ?? undefined,
    zeroTerminalSnr,
    lowestAlphaCumprod: zeroTerminalSnr && floorLast ? 2 ** -24 : undefined,
  });
}

export function readSpacing(
  config: SchedulerConfig,
  fallback: TimestepSpacing,
): { spacing: TimestepSpacing; offset: number } {
  return {
    spacing: oneOf(config, "timestep_spacing", spacings, fallback),
    offset: number(config, "steps_offset", 0),
  };
}

export function readPrediction(config: SchedulerConfig, fallback: PredictionType = "epsilon"): PredictionType {
  return oneOf(config, "prediction_type", predictionTypes, fallback);
}

/** Dynamic thresholding, else clipping where the class has it. */
export function readRange(
  config: SchedulerConfig,
  clips: { byDefault: boolean } | undefined,
): DenoisedRange | undefined {
  return readThreshold(config) ?? (clips && readClip(config, clips.byDefault));
}

/** Dynamic thresholding alone. */
export function readThreshold(config: SchedulerConfig): DenoisedRange | undefined {
  if (!flag(config, "thresholding", false)) return undefined;
  const quantile = number(config, "dynamic_thresholding_ratio", 0.995, 0, 1);
  return { quantile, most: number(config, "sample_max_value", 1) };
}

/** Clipping of the clean sample alone. */
export function readClip(config: SchedulerConfig, byDefault: boolean): DenoisedRange | undefined {
  return flag(config, "clip_sample", byDefault) ? { clip: number(config, "clip_sample_range", 1, 0) } : undefined;
}

/** The one placement of sigmas that is switched on. */
export function readPlacement(config: SchedulerConfig): SigmaPlacement {
  const switches = { karras: "use_karras_sigmas", exponential: "use_exponential_sigmas", beta: "use_beta_sigmas" };
  const on = (Object.keys(switches) as (keyof typeof switches)[]).filter((key) => flag(config, switches[key], false));
  if (on.length <= 1) return on[0] ?? "schedule";
  const names = on.map((key) => switches[key]);
  throw new DriftfieldError("invalid_option", `${names.join(" and ")} exclude each other`, {
    path: names[0],
    received: names.join(", "),
    expected: "at most one of them true",
    hint: `set ${names.slice(1).join(" and ")} to false`,
  });
}

/** The ends between which sigmas are placed, where the config has its own. */
export function readEnds(config: SchedulerConfig): { sigmaMin?: number; sigmaMax?: number } {
  return { sigmaMin: optionalNumber(config, "sigma_min"), sigmaMax: optionalNumber(config, "sigma_max") };
}
