// DPMSolverSDEScheduler.
import { optionalNumber } from "../config.ts";
import { dpmSde } from "../samplers/dpm-sde.ts";
import { explodingParts, stableBetas } from "./exploding.ts";
import type { SchedulerClass } from "./parts.ts";

export const dpmSdeScheduler: SchedulerClass = {
  className: "DPMSolverSDEScheduler",
  read(config) {
    const sampler = dpmSde({ seed: optionalNumber(config, "noise_sampler_seed") });
    return explodingParts(config, sampler, { betas: stableBetas, rules: { doubleTimes: true } });
  },
};
