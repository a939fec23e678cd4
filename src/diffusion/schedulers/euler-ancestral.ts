// EulerAncestralDiscreteScheduler.
import { eulerAncestral } from "../samplers/euler-ancestral.ts";
import { explodingParts } from "./exploding.ts";
import type { SchedulerClass } from "./parts.ts";

export const eulerAncestralScheduler: SchedulerClass = {
  className: "EulerAncestralDiscreteScheduler",
  read: (config) =>
    explodingParts(config, eulerAncestral(), {
      betas: { start: 0.0001, end: 0.02, floorLast: true },
      rules: { placement: "schedule" },
    }),
};
