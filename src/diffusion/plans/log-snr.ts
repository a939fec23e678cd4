// Plans of DPM-Solver, UniPC and DEIS: whole timesteps, noise counted as sigma / alpha, x in preserving or flow space.
import { makePlan, type Plan } from "../plan.ts";
import type { Sampler } from "../samplers/sampler.ts";
import type { DiscreteSchedule } from "../schedule/discrete.ts";
import { flowLevel, halfLogSnr, preservingLevel } from "../schedule/level.ts";
import { placeBetween, type SigmaPlacement } from "../schedule/sigmas.ts";
import {
  checkFalling,
  checkSteps,
  roundHalfToEven,
  spacedTimesteps,
  type TimestepSpacing,
} from "../schedule/spacing.ts";
import { chosen, refuse, type PlanOptions } from "./options.ts";

export type LogSnrRules = {
  className: string;
  schedule: DiscreteSchedule;
  spacing: TimestepSpacing;
  offset: number;
  placement: SigmaPlacement;
  /** Ends of a placement, where the config has its own. */
  sigmaMin?: number;
  sigmaMax?: number;
  /** Timesteps of placed sigmas are rounded, else cut, to whole ones. */
  roundPlaced: boolean;
  /** Ratio after the last step: 0, the schedule's smallest, or the last one again (DEIS) where sigmas are placed. */
  final: "zero" | "sigma_min" | "repeat";
  /** Leave out timesteps whose log(alpha / sigma) is below this. */
  smallestLambda?: number;
  /** Flow sigmas instead of the table's: where they lie before `final`, for a number of steps. */
  flowSigmas?: (steps: number, options: PlanOptions) => number[];
};

/** A plan of `steps` steps, or of the caller's own timesteps. */
export function logSnrPlan(rules: LogSnrRules, sampler: Sampler, steps: number | null, options: PlanOptions): Plan {
  const { className, schedule, placement, final, flowSigmas } = rules;
  refuse(options, flowSigmas ? ["timesteps"] : ["sigmas", "mu"], className);
  const choice = chosen(steps, options);
  if (choice === "sigmas") checkFalling(options.sigmas!, "sigmas");
  if (choice === "timesteps") {
    checkFalling(options.timesteps!, "timesteps");
    if (placement !== "schedule") refuse(options, ["timesteps"], `${className} with its own placement of sigmas`);
  }
  const count = options.timesteps?.length ?? options.sigmas?.length ?? steps!;
  checkSteps(count, schedule.numTrainTimesteps);
  const { timesteps, ratios } = flowSigmas ? flow(rules, count, options) : placed(rules, count, options);
  const smallest = flowSigmas || placement !== "schedule" ? ratios[ratios.length - 1] : schedule.ratios[0];
  const last = final === "zero" ? 0 : final === "repeat" ? smallest : schedule.ratios[0];
  const sigmas = [...ratios, last].map(Math.fround);
  return makePlan({
    grid: { timesteps, sigmas, levels: sigmas.map(flowSigmas ? flowLevel : preservingLevel) },
    sampler,
    clock: {
      timeOf: schedule.timeOf,
      levelAt: flowSigmas ? (t) => flowLevel(t / schedule.numTrainTimesteps) : schedule.at,
    },
    strength: options.strength,
  });
}

type Placed = { timesteps: number[]; ratios: number[] };

function flow({ schedule, flowSigmas }: LogSnrRules, count: number, options: PlanOptions): Placed {
  const ratios = flowSigmas!(count, options);
  return { ratios, timesteps: ratios.map((sigma) => Math.trunc(sigma * schedule.numTrainTimesteps)) };
}

function placed(rules: LogSnrRules, count: number, { timesteps: own }: PlanOptions): Placed {
  const { schedule, placement, roundPlaced, sigmaMin, sigmaMax } = rules;
  if (placement === "schedule") {
    const timesteps = own ? own.map(Math.trunc) : spaced(rules, count);
    return { timesteps, ratios: timesteps.map(schedule.ratioAt) };
  }
  const { ratios: table } = schedule;
  const ratios = placeBetween(placement, sigmaMax ?? table[table.length - 1], sigmaMin ?? table[0], count);
  return { ratios, timesteps: ratios.map(schedule.timeOf).map(roundPlaced ? roundHalfToEven : Math.trunc) };
}

/** As for DDPM, but of one step more whose last, at the data, is left out. */
function spaced({ schedule, spacing, offset, smallestLambda = -Infinity }: LogSnrRules, steps: number): number[] {
  const { numTrainTimesteps: all } = schedule;
  let usable = all;
  while (usable > 1 && halfLogSnr(schedule.at(usable - 1)) < smallestLambda) usable--;
  if (spacing === "trailing") {
    const stride = all / steps;
    const count = Math.min(steps, Math.ceil(usable / stride));
    return Array.from({ length: count }, (_, i) => roundHalfToEven(usable - i * stride) - 1);
  }
  const shift = spacing === "leading" ? offset : 0;
  return spacedTimesteps(spacing, steps + 1, usable, shift)
    .slice(0, -1)
    .map(roundHalfToEven);
}
