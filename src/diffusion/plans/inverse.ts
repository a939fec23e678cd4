// Plans that run backwards, from data to noise: inversion, which finds the noise that a picture comes from.
import { DriftfieldError } from "../../core/index.ts";
import { makePlan, type Expand, type Grid, type Plan } from "../plan.ts";
import type { DiscreteSchedule } from "../schedule/discrete.ts";
import { refuse, type PlanOptions } from "./options.ts";

/** Times rise; levels are one more than timesteps: each step leads to the next one. */
export function risingPlan(className: string, schedule: DiscreteSchedule, grid: Grid, options: PlanOptions): Plan {
  refuse(options, ["timesteps", "sigmas", "mu", "strength"], className);
  return makePlan({ grid, sampler: {}, clock: { timeOf: schedule.timeOf, levelAt: schedule.at } });
}

/** A plan whose levels don't follow each other: every step starts where `origins` says. */
export function steppedPlan(
  className: string,
  schedule: DiscreteSchedule,
  grid: Grid & { origins: Grid["levels"] },
  options: PlanOptions,
): Plan {
  refuse(options, ["timesteps", "sigmas", "mu", "strength"], className);
  const { timesteps, sigmas, levels, origins } = grid;
  const expand: Expand = () => ({ timesteps, sigmas, levels: origins, origins, targets: levels });
  return makePlan({ grid, sampler: { expand }, clock: { timeOf: schedule.timeOf, levelAt: schedule.at } });
}

/** @throws DriftfieldError("invalid_option"): an inversion is planned by its number of steps alone. */
export function needSteps(steps: number | null, className: string): number {
  if (steps !== null) return steps;
  throw new DriftfieldError("invalid_option", `${className} is planned by a number of steps`, {
    path: "numInferenceSteps",
    received: "none",
    expected: "a whole number of 1 or more",
    hint: "pass a number of steps",
  });
}
