// LCMScheduler and TCDScheduler: timesteps out of those that the network was distilled on.
import { DriftfieldError } from "../../core/index.ts";
import { flag, number, type SchedulerConfig } from "../config.ts";
import { preservingPlan, type PreservingRules } from "../plans/preserving.ts";
import { lcm } from "../samplers/lcm.ts";
import type { Sampler } from "../samplers/sampler.ts";
import { tcd } from "../samplers/tcd.ts";
import type { DiscreteSchedule } from "../schedule/discrete.ts";
import type { Level } from "../schedule/level.ts";
import { checkSteps, linspace } from "../schedule/spacing.ts";
import { stableBetas } from "./exploding.ts";
import {
  readClip,
  readPrediction,
  readSchedule,
  readThreshold,
  type SchedulerClass,
  type SchedulerParts,
} from "./parts.ts";

export const lcmScheduler: SchedulerClass = {
  className: "LCMScheduler",
  read(config) {
    const sampler = lcm({ timeScale: number(config, "timestep_scaling", 10, 0) });
    const range = readThreshold(config) ?? readClip(config, false);
    return { ...distilledParts(config, sampler, () => ({ alpha: 1, sigma: 0 })), range };
  },
};

/** The reference's TCD neither clips nor thresholds, whatever the configuration says. */
export const tcdScheduler: SchedulerClass = {
  className: "TCDScheduler",
  read: (config) => distilledParts(config, undefined, (schedule) => schedule.at(0)),
};

function distilledParts(
  config: SchedulerConfig,
  own: Sampler | undefined,
  final: (schedule: DiscreteSchedule) => Level,
): SchedulerParts {
  const schedule = readSchedule({ beta_schedule: "scaled_linear", ...config }, stableBetas);
  const all = schedule.numTrainTimesteps;
  const original = number(config, "original_inference_steps", 50, 1, all);
  const rules: PreservingRules = {
    className: config._class_name,
    schedule,
    spacing: "leading",
    offset: 0,
    place: (steps, strength) => place(steps, Math.floor(original * strength), Math.floor(all / original)),
    final: final(schedule),
  };
  flag(config, "set_alpha_to_one", true); // the reference reads it and never uses it: no timestep is below 0
  return {
    schedule,
    predictionType: readPrediction(config),
    sampler: own ?? tcd({ levelAt: schedule.at }),
    levelAt: schedule.at,
    plan: (sampler, steps, options) => preservingPlan(rules, sampler, steps, options),
  };
}

/** `steps` of the timesteps k stride - 1 (k = 1 ... count), evenly from the noisiest down. */
function place(steps: number, count: number, stride: number): number[] {
  if (count < 1) {
    throw new DriftfieldError("invalid_option", "strength leaves none of the timesteps of the distillation", {
      path: "strength",
      expected: "a larger number, up to 1",
      hint: "use a larger strength",
    });
  }
  checkSteps(steps, count);
  const indices = linspace(0, count, steps + 1).slice(0, -1);
  return indices.map((i) => (count - Math.floor(i)) * stride - 1);
}
