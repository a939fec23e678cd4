// DPMSolverSinglestepScheduler.
import { flag, mustBe, number, oneOf } from "../config.ts";
import { dpmSingle } from "../samplers/dpm-single.ts";
import { endsAtZero, readDpmOptions } from "./dpm-multistep.ts";
import { logSnrParts } from "./log-snr.ts";
import type { SchedulerClass } from "./parts.ts";

export const dpmSingleScheduler: SchedulerClass = {
  className: "DPMSolverSinglestepScheduler",
  read(config) {
    if (String(config.variance_type).startsWith("learned")) mustBe(config, "variance_type", null);
    oneOf(config, "algorithm_type", ["dpmsolver++", "dpmsolver", "sde-dpmsolver++", "deis"], "dpmsolver++");
    const final = oneOf(config, "final_sigmas_type", ["zero", "sigma_min"], "zero");
    const options = readDpmOptions(config, false);
    if (final === "zero" && !options.algorithm!.endsWith("++")) throw endsAtZero(options.algorithm!);
    return logSnrParts(config, dpmSingle(options), {
      spacing: "linspace",
      offset: 0,
      roundPlaced: flag(config, "use_karras_sigmas", false),
      final,
      smallestLambda: number(config, "lambda_min_clipped", -Infinity),
    });
  },
};
