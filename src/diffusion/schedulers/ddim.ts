// DDIMScheduler.
import { flag } from "../config.ts";
import { preservingPlan } from "../plans/preserving.ts";
import { ddim } from "../samplers/ddim.ts";
import { readPrediction, readRange, readSchedule, readSpacing, type SchedulerClass } from "./parts.ts";

export const ddimScheduler: SchedulerClass = {
  className: "DDIMScheduler",
  read(config) {
    const schedule = readSchedule(config);
    const rules = {
      className: config._class_name,
      schedule,
      ...readSpacing(config, "leading"),
      final: flag(config, "set_alpha_to_one", true) ? { alpha: 1, sigma: 0 } : schedule.at(0),
      fixedStride: true,
    };
    return {
      schedule,
      predictionType: readPrediction(config),
      sampler: ddim({ single: true }),
      range: readRange(config, { byDefault: true }),
      levelAt: schedule.at,
      plan: (sampler, steps, options) => preservingPlan(rules, sampler, steps, options),
    };
  },
};
