// FlowMatchEulerDiscreteScheduler. Beyond the reference, `prediction_type` says what a flow's network predicts.
import { flag, mustBe, number, oneOf, optionalNumber } from "../config.ts";
import { flowPlan, type FlowRules } from "../plans/flow.ts";
import { consistency } from "../samplers/consistency.ts";
import { euler } from "../samplers/euler.ts";
import { flowSchedule, invertedFlowSchedule } from "../schedule/flow.ts";
import { readPlacement, readPrediction, type SchedulerClass } from "./parts.ts";

export const flowEulerScheduler: SchedulerClass = {
  className: "FlowMatchEulerDiscreteScheduler",
  read(config) {
    const inverted = flag(config, "invert_sigmas", false);
    if (inverted) mustBe(config, "stochastic_sampling", false);
    const jumps = flag(config, "stochastic_sampling", false);
    const schedule = (inverted ? invertedFlowSchedule : flowSchedule)(number(config, "num_train_timesteps", 1000, 1));
    const form = oneOf(config, "time_shift_type", ["exponential", "linear"], "exponential");
    const rules: FlowRules = {
      className: config._class_name,
      schedule,
      shift: number(config, "shift", 1),
      dynamic: flag(config, "use_dynamic_shifting", false) ? form : undefined,
      shiftTerminal: optionalNumber(config, "shift_terminal"),
      placement: readPlacement(config),
      inverted,
    };
    return {
      schedule,
      predictionType: readPrediction(config, inverted ? "inverted_flow_prediction" : "flow_prediction"),
      sampler: jumps ? consistency() : euler(),
      levelAt: schedule.at,
      plan: (sampler, steps, options) => flowPlan(rules, sampler, steps, options),
    };
  },
};
