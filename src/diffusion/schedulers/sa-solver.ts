// SASolverScheduler.
import { flag, mustBe, number, oneOf } from "../config.ts";
import { saSolver } from "../samplers/sa-solver.ts";
import { logSnrParts } from "./log-snr.ts";
import type { SchedulerClass } from "./parts.ts";

export const saSolverScheduler: SchedulerClass = {
  className: "SASolverScheduler",
  read(config) {
    mustBe(config, "tau_func", null); // a function has no place in a file
    if (String(config.variance_type).startsWith("learned")) mustBe(config, "variance_type", null);
    const algorithm = oneOf(config, "algorithm_type", ["data_prediction", "noise_prediction"], "data_prediction");
    const sampler = saSolver({
      predictorOrder: number(config, "predictor_order", 2, 1, 4),
      correctorOrder: number(config, "corrector_order", 2, 0, 4),
      predictX0: algorithm === "data_prediction",
      lowerOrderFinal: flag(config, "lower_order_final", true),
    });
    return logSnrParts(config, sampler, {
      roundPlaced: flag(config, "use_karras_sigmas", false),
      final: "repeat",
      smallestLambda: number(config, "lambda_min_clipped", -Infinity),
    });
  },
};
