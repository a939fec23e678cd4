// DDIMInverseScheduler and DPMSolverMultistepInverseScheduler.
import { flag, number, oneOf } from "../config.ts";
import { needSteps, risingPlan, steppedPlan } from "../plans/inverse.ts";
import { ddim } from "../samplers/ddim.ts";
import { dpmMultistep } from "../samplers/dpm-multistep.ts";
import { halfLogSnr, preservingLevel } from "../schedule/level.ts";
import { placeBetween } from "../schedule/sigmas.ts";
import { checkSteps, linspace, roundHalfToEven, spacedTimesteps } from "../schedule/spacing.ts";
import { readDpmOptions } from "./dpm-multistep.ts";
import {
  readClip,
  readPlacement,
  readPrediction,
  readRange,
  readSchedule,
  readSpacing,
  type SchedulerClass,
} from "./parts.ts";

/** The network is asked at t of a point that is taken to be a stride below: DDIM's step solved for the noisier end. */
export const ddimInverseScheduler: SchedulerClass = {
  className: "DDIMInverseScheduler",
  read(config) {
    const schedule = readSchedule(config);
    const all = schedule.numTrainTimesteps;
    const spacing = oneOf(config, "timestep_spacing", ["leading", "trailing"], "leading");
    const offset = number(config, "steps_offset", 0);
    const data = flag(config, "set_alpha_to_one", true) ? { alpha: 1, sigma: 0 } : schedule.at(0);
    return {
      schedule,
      predictionType: readPrediction(config),
      sampler: ddim(),
      range: readClip(config, true),
      levelAt: schedule.at,
      plan(_, steps, options) {
        const count = needSteps(steps, config._class_name);
        checkSteps(count, all);
        const timesteps = spacedTimesteps(spacing, count, all, offset).toReversed();
        const stride = Math.floor(all / count);
        const origins = timesteps.map((t) => (t < stride ? data : schedule.at(t - stride)));
        const levels = timesteps.map(schedule.at);
        const sigmas = [...origins, levels[count - 1]].map(({ sigma }) => sigma);
        return steppedPlan(config._class_name, schedule, { timesteps, sigmas, levels, origins }, options);
      },
    };
  },
};

/** DPM-Solver up the schedule: from the data's end to the noisiest timestep. */
export const dpmInverseScheduler: SchedulerClass = {
  className: "DPMSolverMultistepInverseScheduler",
  read(config) {
    const schedule = readSchedule(config);
    const { ratios, numTrainTimesteps: all } = schedule;
    const { spacing, offset } = readSpacing(config, "linspace");
    const placement = readPlacement(config);
    const smallestLambda = number(config, "lambda_min_clipped", -Infinity);
    // Of placed sigmas Karras's are rounded; the others are cut to whole times after equal ones are dropped.
    const rounded = placement === "karras" ? roundHalfToEven : (t: number) => t;
    let noisiest = all - 1;
    while (noisiest > 0 && halfLogSnr(schedule.at(noisiest)) < smallestLambda) noisiest--;
    const spaced = (count: number): number[] => {
      if (spacing === "linspace") return linspace(0, noisiest, count + 1).slice(0, -1).map(roundHalfToEven);
      if (spacing === "trailing") return spacedTimesteps("trailing", count, all).toReversed();
      const stride = Math.floor((noisiest + 1) / (count + 1));
      return Array.from({ length: count }, (_, i) => i * stride + offset);
    };
    return {
      schedule,
      predictionType: readPrediction(config),
      sampler: dpmMultistep(readDpmOptions(config, true)),
      range: readRange(config, undefined),
      levelAt: schedule.at,
      plan(_, steps, options) {
        const count = needSteps(steps, config._class_name);
        checkSteps(count, all);
        const placed =
          placement === "schedule" ? undefined : placeBetween(placement, ratios[all - 1], ratios[0], count).reverse();
        const times = placed?.map(schedule.timeOf).map(rounded) ?? spaced(count);
        const below = placed ?? times.map(schedule.ratioAt);
        const sigmas = [...below, placed ? placed[count - 1] : ratios[noisiest]].map(Math.fround);
        const timesteps = [...new Set(times)].map(Math.trunc);
        return risingPlan(
          config._class_name,
          schedule,
          { timesteps, sigmas, levels: sigmas.map(preservingLevel) },
          options,
        );
      },
    };
  },
};
