// Plans of DDPM, DDIM and PNDM: whole timesteps of a table schedule, x in variance-preserving space.
import { makePlan, type Plan } from "../plan.ts";
import type { Sampler } from "../samplers/sampler.ts";
import type { DiscreteSchedule } from "../schedule/discrete.ts";
import type { Level } from "../schedule/level.ts";
import {
  checkFalling,
  checkSteps,
  roundHalfToEven,
  spacedTimesteps,
  type TimestepSpacing,
} from "../schedule/spacing.ts";
import { chosen, refuse, type PlanOptions } from "./options.ts";

export type PreservingRules = {
  className: string;
  schedule: DiscreteSchedule;
  spacing: TimestepSpacing;
  offset: number;
  /** Timesteps by another rule than the spacing, which also says what `strength` leaves of them. */
  place?: (steps: number, strength: number) => number[];
  /** The level after the last step. */
  final: Level;
  /** Step from t to t - trainTimesteps / steps, as the reference does, even where the next timestep is another. */
  fixedStride?: boolean;
};

/** A plan of `steps` evaluations, or of the caller's own timesteps. */
export function preservingPlan(
  rules: PreservingRules,
  sampler: Sampler,
  steps: number | null,
  options: PlanOptions,
): Plan {
  const { className, schedule, spacing, offset, final, place, fixedStride = false } = rules;
  refuse(options, ["sigmas", "mu"], className);
  const own = chosen(steps, options) === "timesteps" ? [...options.timesteps!] : undefined;
  if (own) checkFalling(own, "timesteps");
  const count = own?.length ?? steps!;
  checkSteps(count, schedule.numTrainTimesteps);
  const placed = place && !own && options.cuts !== true;
  const timesteps =
    own ??
    place?.(count, placed ? (options.strength ?? 1) : 1) ??
    spacedTimesteps(spacing, count, schedule.numTrainTimesteps, offset).map(roundHalfToEven);
  const levels = [...timesteps.map(schedule.at), final];
  const stride = Math.floor(schedule.numTrainTimesteps / count);
  return makePlan({
    grid: {
      timesteps,
      sigmas: levels.map((level) => level.sigma),
      levels,
      stride: fixedStride && !own ? stride : undefined,
    },
    sampler,
    clock: { timeOf: schedule.timeOf, levelAt: schedule.at },
    strength: placed ? undefined : options.strength,
  });
}
