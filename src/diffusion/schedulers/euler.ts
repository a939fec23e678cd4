// EulerDiscreteScheduler.
import { oneOf } from "../config.ts";
import { euler } from "../samplers/euler.ts";
import { explodingParts } from "./exploding.ts";
import { readEnds, readPlacement, type SchedulerClass } from "./parts.ts";

export const eulerScheduler: SchedulerClass = {
  className: "EulerDiscreteScheduler",
  read(config) {
    const interpolation = oneOf(config, "interpolation_type", ["linear", "log_linear"], "linear");
    const placement = readPlacement(config);
    const logLinear = interpolation === "log_linear";
    const continuous = oneOf(config, "timestep_type", ["discrete", "continuous"], "discrete") === "continuous";
    return explodingParts(config, euler(), {
      betas: { start: 0.0001, end: 0.02, floorLast: true },
      rules: {
        ...readEnds(config),
        placement: placement === "schedule" && logLinear ? "log_linear" : placement,
        wholeTable: logLinear,
        final: oneOf(config, "final_sigmas_type", ["zero", "sigma_min"], "zero"),
        logTime: continuous && config.prediction_type === "v_prediction",
      },
    });
  },
};
