// DPMSolverMultistepScheduler.
import { DriftfieldError } from "../../core/index.ts";
import { flag, mustBe, number, oneOf, type SchedulerConfig } from "../config.ts";
import { dpmAlgorithms, dpmMultistep, type DpmOptions } from "../samplers/dpm-multistep.ts";
import { logSnrParts } from "./log-snr.ts";
import { readPlacement, type SchedulerClass } from "./parts.ts";

export const dpmMultistepScheduler: SchedulerClass = {
  className: "DPMSolverMultistepScheduler",
  read(config) {
    if (String(config.variance_type).startsWith("learned")) mustBe(config, "variance_type", null);
    const final = oneOf(config, "final_sigmas_type", ["zero", "sigma_min"], "zero");
    const options = readDpmOptions(config, true);
    if (final === "zero" && !options.algorithm!.endsWith("++")) throw endsAtZero(options.algorithm!);
    const cosine = config.beta_schedule === "squaredcos_cap_v2";
    const placement = flag(config, "use_lu_lambdas", false) ? "lu" : readPlacement(config);
    return logSnrParts(config, dpmMultistep(options), {
      placement,
      roundPlaced: (placement === "karras" || placement === "lu") && !cosine,
      final,
      smallestLambda: number(config, "lambda_min_clipped", -Infinity),
    });
  },
};

/** The options of the DPM-Solver classes. Names of other solvers' kinds stand for the default, as in the reference. */
export function readDpmOptions(config: SchedulerConfig, lowerOrderFinal: boolean): DpmOptions {
  const algorithm = oneOf(config, "algorithm_type", [...dpmAlgorithms, "deis"], "dpmsolver++");
  const solver = oneOf(config, "solver_type", ["midpoint", "heun", "logrho", "bh1", "bh2"], "midpoint");
  const order = number(config, "solver_order", 2, 1, 3) as 1 | 2 | 3;
  if (order === 3 && algorithm === "sde-dpmsolver") mustBe(config, "solver_order", 2);
  return {
    algorithm: algorithm === "deis" ? "dpmsolver++" : algorithm,
    order,
    solver: solver === "heun" ? "heun" : "midpoint",
    lowerOrderFinal: flag(config, "lower_order_final", lowerOrderFinal),
    eulerAtFinal: flag(config, "euler_at_final", false),
  };
}

export function endsAtZero(algorithm: string): DriftfieldError {
  return new DriftfieldError("invalid_option", `${algorithm} can't step to noise level 0`, {
    path: "final_sigmas_type",
    received: "zero",
    expected: "sigma_min",
    hint: 'set final_sigmas_type to "sigma_min", or algorithm_type to "dpmsolver++"',
  });
}
