// What DPMSolverMultistepScheduler, UniPCMultistepScheduler and DEISMultistepScheduler have in common.
import { flag, mustBe, number, type SchedulerConfig } from "../config.ts";
import { logSnrPlan, type LogSnrRules } from "../plans/log-snr.ts";
import type { PlanOptions } from "../plans/options.ts";
import type { Sampler } from "../samplers/sampler.ts";
import { flowSchedule, shiftFlowTimes } from "../schedule/flow.ts";
import { linspace } from "../schedule/spacing.ts";
import { readPlacement, readPrediction, readRange, readSchedule, readSpacing, type SchedulerParts } from "./parts.ts";

export function logSnrParts(config: SchedulerConfig, sampler: Sampler, own: Partial<LogSnrRules> = {}): SchedulerParts {
  const schedule = readSchedule(config, { floorLast: true });
  const flows = flag(config, "use_flow_sigmas", false);
  const placement = readPlacement(config);
  if (flows && placement !== "schedule") mustBe(config, "use_flow_sigmas", false);
  const rules: LogSnrRules = {
    className: config._class_name,
    schedule,
    ...readSpacing(config, "linspace"),
    placement,
    roundPlaced: false,
    final: "zero",
    flowSigmas: flows ? (steps, options) => descendingFlow(config, steps, options) : undefined,
    ...own,
  };
  const flow = flowSchedule(schedule.numTrainTimesteps);
  return {
    schedule: flows ? flow : schedule,
    predictionType: readPrediction(config),
    sampler,
    range: readRange(config, undefined),
    levelAt: flows ? flow.at : schedule.at,
    plan: (used, steps, options) => logSnrPlan(rules, used, steps, options),
  };
}

/** Flow times from 1 - 1/trainTimesteps down, shifted, without the closing 0 (DPM-Solver's and DEIS's rule). */
function descendingFlow(config: SchedulerConfig, steps: number, { mu }: PlanOptions): number[] {
  const train = number(config, "num_train_timesteps", 1000, 1);
  const shift = mu === undefined ? number(config, "flow_shift", 1) : Math.exp(mu);
  const alphas = linspace(1, 1 / train, steps + 1);
  return shiftFlowTimes(
    alphas.map((alpha) => 1 - alpha),
    shift,
  )
    .reverse()
    .slice(0, -1);
}
