// PNDMScheduler.
import { flag } from "../config.ts";
import { preservingPlan } from "../plans/preserving.ts";
import { pndm } from "../samplers/pndm.ts";
import { readPrediction, readSchedule, readSpacing, type SchedulerClass } from "./parts.ts";

export const pndmScheduler: SchedulerClass = {
  className: "PNDMScheduler",
  read(config) {
    const schedule = readSchedule(config);
    const rules = {
      className: config._class_name,
      schedule,
      ...readSpacing(config, "leading"),
      final: flag(config, "set_alpha_to_one", false) ? { alpha: 1, sigma: 0 } : schedule.at(0),
      fixedStride: true,
    };
    return {
      schedule,
      predictionType: readPrediction(config),
      sampler: pndm({ rungeKutta: !flag(config, "skip_prk_steps", false) }),
      levelAt: schedule.at,
      plan: (sampler, steps, options) => preservingPlan(rules, sampler, steps, options),
    };
  },
};
