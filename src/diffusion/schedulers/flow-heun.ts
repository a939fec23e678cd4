// FlowMatchHeunDiscreteScheduler.
import { number } from "../config.ts";
import { heun } from "../samplers/heun.ts";
import { flowEulerScheduler } from "./flow-euler.ts";
import type { SchedulerClass } from "./parts.ts";

export const flowHeunScheduler: SchedulerClass = {
  className: "FlowMatchHeunDiscreteScheduler",
  read({ _class_name, prediction_type, ...config }) {
    const known = {
      shift: number({ _class_name, ...config }, "shift", 1),
      num_train_timesteps: config.num_train_timesteps,
    };
    return { ...flowEulerScheduler.read({ _class_name, prediction_type, ...known }), sampler: heun() };
  },
};
