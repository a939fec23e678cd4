// LMSDiscreteScheduler.
import { lms } from "../samplers/lms.ts";
import { explodingParts } from "./exploding.ts";
import type { SchedulerClass } from "./parts.ts";

export const lmsScheduler: SchedulerClass = {
  className: "LMSDiscreteScheduler",
  read: (config) => explodingParts(config, lms()),
};
