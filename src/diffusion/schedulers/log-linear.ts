// ScheduleLogLinear of smalldiffusion, with its sampler. Its networks are told sigma itself and see x unscaled.
import { number } from "../config.ts";
import { logLinearPlan } from "../plans/log-linear.ts";
import { accelerated } from "../samplers/accelerated.ts";
import { logLinearSchedule } from "../schedule/log-linear.ts";
import { readPrediction, type SchedulerClass } from "./parts.ts";

export const logLinearScheduler: SchedulerClass = {
  className: "ScheduleLogLinear",
  read(config) {
    const schedule = logLinearSchedule(
      number(config, "num_train_timesteps", 200, 2, 1_000_000),
      number(config, "sigma_min", 0.02, 0),
      number(config, "sigma_max", 10, 0),
    );
    return {
      schedule,
      predictionType: readPrediction(config),
      sampler: accelerated(),
      levelAt: schedule.at,
      plan: (sampler, steps, options) =>
        logLinearPlan({ className: config._class_name, schedule }, sampler, steps, options),
    };
  },
};
