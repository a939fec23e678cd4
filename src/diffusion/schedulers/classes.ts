// The scheduler classes of the reference that Driftfield reads: a new one is listed here and nowhere else.
import { ddimScheduler } from "./ddim.ts";
import { ddpmScheduler } from "./ddpm.ts";
import { dpmMultistepScheduler } from "./dpm-multistep.ts";
import { eulerScheduler } from "./euler.ts";
import { flowEulerScheduler } from "./flow-euler.ts";
import { heunScheduler } from "./heun.ts";
import type { SchedulerClass } from "./parts.ts";

export const schedulerClasses: readonly SchedulerClass[] = [
  ddpmScheduler,
  ddimScheduler,
  eulerScheduler,
  heunScheduler,
  dpmMultistepScheduler,
  flowEulerScheduler,
];
