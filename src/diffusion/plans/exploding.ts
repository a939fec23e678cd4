// Plans of k-diffusion's family (Euler, Heun, LMS, KDPM2): x = x0 + sigma noise, scaled down for the network.
import { makePlan, type Plan } from "../plan.ts";
import type { Sampler } from "../samplers/sampler.ts";
import type { DiscreteSchedule } from "../schedule/discrete.ts";
import { exponentialSigmas, placeBetween, type SigmaPlacement } from "../schedule/sigmas.ts";
import {
  checkFalling,
  checkSteps,
  roundHalfToEven,
  spacedTimesteps,
  type TimestepSpacing,
} from "../schedule/spacing.ts";
import { chosen, refuse, type PlanOptions } from "./options.ts";

export type ExplodingRules = {
  className: string;
  schedule: DiscreteSchedule;
  spacing: TimestepSpacing;
  offset: number;
  placement: SigmaPlacement;
  /** Ends of a placement, where the config has its own. */
  sigmaMin?: number;
  sigmaMax?: number;
  /** Sigmas are placed between the table's ends, else between those of the timesteps. */
  wholeTable?: boolean;
  /** Timesteps of Karras's sigmas are rounded to whole ones (KDPM2). */
  roundKarras?: boolean;
  final: "zero" | "sigma_min";
  /** Timesteps stay float64 (DPM-Solver SDE), else they are rounded to float32 before their sigmas are looked up. */
  doubleTimes?: boolean;
  /** The network was trained with log(sigma) / 4 for its time (continuous v-prediction). */
  logTime?: boolean;
};

const { fround } = Math;

/** A plan of `steps` steps, or of the caller's own timesteps or sigmas (these with the last one, often 0). */
export function explodingPlan(
  rules: ExplodingRules,
  sampler: Sampler,
  steps: number | null,
  options: PlanOptions,
): Plan {
  const { className, schedule, spacing, logTime = false } = rules;
  refuse(options, ["mu"], className);
  const choice = chosen(steps, options);
  if (choice === "timesteps") {
    checkFalling(options.timesteps!, "timesteps");
    const follows = rules.placement === "schedule" || rules.placement === "log_linear";
    if (!follows) refuse(options, ["timesteps"], `${className} with its own placement of sigmas`);
    if (logTime) refuse(options, ["timesteps"], `${className} with continuous timesteps`);
  }
  const grid = choice === "sigmas" ? ownSigmas(rules, options.sigmas!) : placed(rules, steps, options);
  const largest = Math.max(...grid.sigmas);
  const timesteps = logTime ? grid.sigmas.slice(0, -1).map((s) => 0.25 * fround(Math.log(s))) : grid.timesteps;
  const levels = grid.sigmas.slice(0, timesteps.length + 1).map((sigma) => ({ alpha: 1, sigma }));
  return makePlan({
    grid: { timesteps: rules.doubleTimes === true ? timesteps : timesteps.map(fround), sigmas: grid.sigmas, levels },
    sampler,
    clock: { timeOf: schedule.timeOf, levelAt: (t) => ({ alpha: 1, sigma: schedule.ratioAt(t) }) },
    inputScale: ({ sigma }) => 1 / Math.hypot(sigma, 1),
    initNoiseSigma: spacing === "leading" ? Math.hypot(largest, 1) : largest,
    strength: options.strength,
  });
}

type Placed = { timesteps: number[]; sigmas: number[] };

function ownSigmas({ schedule }: ExplodingRules, sigmas: readonly number[]): Placed {
  checkFalling(sigmas, "sigmas");
  checkSteps(sigmas.length - 1, schedule.numTrainTimesteps);
  const rounded = sigmas.map(fround);
  return { timesteps: rounded.slice(0, -1).map(schedule.timeOf), sigmas: rounded };
}

function placed(rules: ExplodingRules, steps: number | null, { timesteps: own }: PlanOptions): Placed {
  const { schedule, spacing, offset, placement, final } = rules;
  const count = own?.length ?? steps!;
  checkSteps(count, schedule.numTrainTimesteps);
  const exact = own ?? spacedTimesteps(spacing, count, schedule.numTrainTimesteps, offset);
  const spaced = rules.doubleTimes === true ? [...exact] : exact.map(fround);
  const between = spaced.map(schedule.ratioAt);
  const last = final === "zero" ? 0 : schedule.ratios[0];
  const ends = [schedule.ratios[schedule.ratios.length - 1], schedule.ratios[0]];
  const [top, bottom] = rules.wholeTable === true ? ends : [between[0], between[count - 1]];
  const [largest, smallest] = [rules.sigmaMax ?? top, rules.sigmaMin ?? bottom];
  if (placement === "schedule") return { timesteps: spaced, sigmas: [...between, last].map(fround) };
  if (placement === "log_linear") {
    return { timesteps: spaced, sigmas: [...exponentialSigmas(ends[0], ends[1], count + 1), last].map(fround) };
  }
  const sigmas = placeBetween(placement, largest, smallest, count);
  const whole = rules.roundKarras === true && placement === "karras";
  const timesteps = sigmas.map(schedule.timeOf).map((t) => (whole ? roundHalfToEven(t) : t));
  return { timesteps, sigmas: [...sigmas, last].map(fround) };
}
