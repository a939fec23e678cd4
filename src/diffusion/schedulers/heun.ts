// HeunDiscreteScheduler.
import { heun } from "../samplers/heun.ts";
import { explodingParts, stableBetas } from "./exploding.ts";
import { readClip, type SchedulerClass } from "./parts.ts";

export const heunScheduler: SchedulerClass = {
  className: "HeunDiscreteScheduler",
  read: (config) => explodingParts(config, heun(), { betas: stableBetas, range: readClip(config, false) }),
};
