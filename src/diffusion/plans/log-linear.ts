// Plans of smalldiffusion's schedules: entries of the table from the noisiest down; the last step ends at the smallest.
import { makePlan, type Plan } from "../plan.ts";
import type { Sampler } from "../samplers/sampler.ts";
import type { LogLinearSchedule } from "../schedule/log-linear.ts";
import { checkFalling, checkSteps, roundHalfToEven } from "../schedule/spacing.ts";
import { chosen, refuse, type PlanOptions } from "./options.ts";

/**
 * A plan of `steps` steps, or of the caller's own sigmas (these with the last one, which may be 0). Model time is
 * sigma, so the entries of a run that ends at the data are told the levels that they start from.
 */
export function logLinearPlan(
  { className, schedule }: { className: string; schedule: LogLinearSchedule },
  sampler: Sampler,
  steps: number | null,
  options: PlanOptions,
): Plan {
  refuse(options, ["timesteps", "mu"], className);
  const own = chosen(steps, options) === "sigmas" ? [...options.sigmas!] : undefined;
  if (own) checkFalling(own, "sigmas");
  const count = own ? own.length - 1 : steps!;
  checkSteps(count, schedule.numTrainTimesteps);
  const sigmas = own ?? spaced(schedule.sigmas, count);
  return makePlan({
    grid: { timesteps: sigmas.slice(0, -1), sigmas, levels: sigmas.map((sigma) => ({ alpha: 1, sigma })) },
    sampler,
    clock: { timeOf: (ratio) => ratio, levelAt: schedule.at },
    initNoiseSigma: sigmas[0],
    strength: options.strength,
  });
}

/** Entries round(N (1 - i / steps)) - 1, closed by the smallest (which a run of N steps then visits twice). */
function spaced(table: readonly number[], steps: number): number[] {
  const all = table.length;
  const entries = Array.from({ length: steps }, (_, i) => table[roundHalfToEven(all * (1 - i / steps)) - 1]);
  return [...entries, table[0]];
}
