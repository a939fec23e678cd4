// What EulerDiscreteScheduler, HeunDiscreteScheduler and their kin have in common.
import type { SchedulerConfig } from "../config.ts";
import type { DenoisedRange } from "../denoised-range.ts";
import { explodingPlan, type ExplodingRules } from "../plans/exploding.ts";
import type { Sampler } from "../samplers/sampler.ts";
import { readPlacement, readPrediction, readSchedule, readSpacing, type SchedulerParts } from "./parts.ts";

/** The class's own: default betas, extra rules, clipping. */
type Own = {
  betas?: { start: number; end: number; floorLast?: boolean };
  rules?: Partial<ExplodingRules>;
  range?: DenoisedRange;
};

/** The defaults of the classes that came from k-diffusion by way of Stable Diffusion. */
export const stableBetas = { start: 0.00085, end: 0.012 };

export function explodingParts(config: SchedulerConfig, sampler: Sampler, own: Own = {}): SchedulerParts {
  const schedule = readSchedule(config, own.betas);
  const rules: ExplodingRules = {
    className: config._class_name,
    schedule,
    ...readSpacing(config, "linspace"),
    placement: readPlacement(config),
    final: "zero",
    ...own.rules,
  };
  return {
    schedule,
    predictionType: readPrediction(config),
    sampler,
    range: own.range,
    levelAt: (t) => ({ alpha: 1, sigma: schedule.ratioAt(t) }),
    plan: (used, steps, options) => explodingPlan(rules, used, steps, options),
  };
}
