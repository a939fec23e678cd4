// The scheduler classes of the reference that Driftfield reads: a new one is listed here and nowhere else.
import { consistencyScheduler } from "./consistency.ts";
import { ddimScheduler } from "./ddim.ts";
import { ddpmScheduler } from "./ddpm.ts";
import { deisScheduler } from "./deis.ts";
import { lcmScheduler, tcdScheduler } from "./distilled.ts";
import { dpmMultistepScheduler } from "./dpm-multistep.ts";
import { dpmSingleScheduler } from "./dpm-single.ts";
import { dpmSdeScheduler } from "./dpm-sde.ts";
import { cosineDpmScheduler, edmDpmScheduler, edmEulerScheduler } from "./edm.ts";
import { eulerAncestralScheduler } from "./euler-ancestral.ts";
import { eulerScheduler } from "./euler.ts";
import { flowEulerScheduler } from "./flow-euler.ts";
import { flowHeunScheduler } from "./flow-heun.ts";
import { heunScheduler } from "./heun.ts";
import { ddimInverseScheduler, dpmInverseScheduler } from "./inverse.ts";
import { ipndmScheduler } from "./ipndm.ts";
import { kdpm2AncestralScheduler, kdpm2Scheduler } from "./kdpm2.ts";
import { lmsScheduler } from "./lms.ts";
import { logLinearScheduler } from "./log-linear.ts";
import type { SchedulerClass } from "./parts.ts";
import { pndmScheduler } from "./pndm.ts";
import { saSolverScheduler } from "./sa-solver.ts";
import { scoreSdeVeScheduler, scoreSdeVpScheduler } from "./score-sde.ts";
import { unclipScheduler } from "./unclip.ts";
import { unipcScheduler } from "./unipc.ts";

export const schedulerClasses: readonly SchedulerClass[] = [
  ddpmScheduler,
  ddimScheduler,
  { ...ddpmScheduler, className: "DDPMParallelScheduler" },
  { ...ddimScheduler, className: "DDIMParallelScheduler" },
  ddimInverseScheduler,
  pndmScheduler,
  lmsScheduler,
  eulerScheduler,
  eulerAncestralScheduler,
  heunScheduler,
  kdpm2Scheduler,
  kdpm2AncestralScheduler,
  dpmMultistepScheduler,
  dpmSingleScheduler,
  dpmInverseScheduler,
  deisScheduler,
  unipcScheduler,
  flowEulerScheduler,
  flowHeunScheduler,
  lcmScheduler,
  tcdScheduler,
  unclipScheduler,
  edmEulerScheduler,
  edmDpmScheduler,
  consistencyScheduler,
  dpmSdeScheduler,
  saSolverScheduler,
  ipndmScheduler,
  cosineDpmScheduler,
  scoreSdeVeScheduler,
  scoreSdeVpScheduler,
  logLinearScheduler,
];
