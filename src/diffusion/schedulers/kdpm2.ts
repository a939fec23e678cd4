// KDPM2DiscreteScheduler.
import { kdpm2 } from "../samplers/kdpm2.ts";
import { explodingParts, stableBetas } from "./exploding.ts";
import type { SchedulerClass } from "./parts.ts";

export const kdpm2Scheduler: SchedulerClass = {
  className: "KDPM2DiscreteScheduler",
  read: (config) => explodingParts(config, kdpm2(), { betas: stableBetas, rules: { roundKarras: true } }),
};
