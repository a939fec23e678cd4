// KDPM2DiscreteScheduler and KDPM2AncestralDiscreteScheduler.
import { kdpm2 } from "../samplers/kdpm2.ts";
import { explodingParts, stableBetas } from "./exploding.ts";
import type { SchedulerClass } from "./parts.ts";

export const kdpm2Scheduler: SchedulerClass = {
  className: "KDPM2DiscreteScheduler",
  read: (config) => explodingParts(config, kdpm2(), { betas: stableBetas, rules: { roundKarras: true } }),
};

export const kdpm2AncestralScheduler: SchedulerClass = {
  className: "KDPM2AncestralDiscreteScheduler",
  read: (config) =>
    explodingParts(config, kdpm2({ ancestral: true }), { betas: stableBetas, rules: { roundKarras: true } }),
};
