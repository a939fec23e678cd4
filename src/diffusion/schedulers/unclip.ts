// UnCLIPScheduler: DDPM on the cosine schedule, with a variance that the network may have learned (Karlo).
import { oneOf } from "../config.ts";
import { preservingPlan, type PreservingRules } from "../plans/preserving.ts";
import { ddpm } from "../samplers/ddpm.ts";
import { betas } from "../schedule/betas.ts";
import { readClip, readSchedule, type SchedulerClass } from "./parts.ts";

export const unclipScheduler: SchedulerClass = {
  className: "UnCLIPScheduler",
  read(config) {
    oneOf(config, "beta_schedule", ["squaredcos_cap_v2"], "squaredcos_cap_v2");
    const schedule = readSchedule({ ...config, beta_schedule: "squaredcos_cap_v2" });
    const table = betas({ schedule: "squaredcos_cap_v2", count: schedule.numTrainTimesteps });
    const variance = oneOf(config, "variance_type", ["fixed_small_log", "learned_range"], "fixed_small_log");
    const rules: PreservingRules = {
      className: config._class_name,
      schedule,
      spacing: "linspace",
      offset: 0,
      final: { alpha: 1, sigma: 0 },
    };
    return {
      schedule,
      predictionType: oneOf(config, "prediction_type", ["epsilon", "sample"], "epsilon"),
      sampler: ddpm({ variance: variance === "learned_range" ? "learned_range" : "fixed_small", betas: table }),
      range: readClip(config, true),
      levelAt: schedule.at,
      plan: (sampler, steps, options) => preservingPlan(rules, sampler, steps, options),
    };
  },
};
