// DDPMScheduler.
import { oneOf } from "../config.ts";
import { preservingPlan } from "../plans/preserving.ts";
import { ddpm } from "../samplers/ddpm.ts";
import { readPrediction, readRange, readSchedule, readSpacing, type SchedulerClass } from "./parts.ts";

const variances = ["fixed_small", "fixed_small_log", "fixed_large", "learned_range"] as const;

export const ddpmScheduler: SchedulerClass = {
  className: "DDPMScheduler",
  read(config) {
    const schedule = readSchedule(config);
    const variance = oneOf(config, "variance_type", variances, "fixed_small");
    const rules = {
      className: config._class_name,
      schedule,
      ...readSpacing(config, "leading"),
      final: { alpha: 1, sigma: 0 },
    };
    return {
      schedule,
      predictionType: readPrediction(config),
      sampler: ddpm({ variance: variance === "fixed_small_log" ? "fixed_small" : variance, single: true }),
      range: readRange(config, { byDefault: true }),
      levelAt: schedule.at,
      plan: (sampler, steps, options) => preservingPlan(rules, sampler, steps, options),
    };
  },
};
