// Plans of EDM and consistency models: sigmas placed between two ends, x = x0 + sigma noise.
import { DriftfieldError } from "../../core/index.ts";
import { makePlan, type Plan } from "../plan.ts";
import type { Sampler } from "../samplers/sampler.ts";
import type { NoiseSchedule } from "../schedule/schedule.ts";
import { checkFalling, checkSteps } from "../schedule/spacing.ts";
import { chosen, refuse, type PlanOptions } from "./options.ts";

export type ContinuousRules = {
  className: string;
  schedule: NoiseSchedule;
  sigmaData: number;
  /** The sigmas of a run of so many steps, falling. */
  sigmas(count: number): number[];
  /** Those of the caller's own timesteps, which count training steps; without it they are refused. */
  sigmasOf?: (timesteps: readonly number[]) => number[];
  /** Model times are rounded to float32, as the reference has EDM's. */
  single?: boolean;
  /** The level after the last step. */
  final: number;
  initNoiseSigma: number;
};

/** A plan of `steps` steps, or of the caller's own training steps. */
export function continuousPlan(
  rules: ContinuousRules,
  sampler: Sampler,
  steps: number | null,
  options: PlanOptions,
): Plan {
  const { className, schedule, sigmaData, sigmasOf, final, initNoiseSigma } = rules;
  refuse(options, sigmasOf ? ["sigmas", "mu"] : ["timesteps", "sigmas", "mu"], className);
  const own = chosen(steps, options) === "timesteps" ? options.timesteps : undefined;
  if (own) checkOwn(own, schedule.numTrainTimesteps);
  checkSteps(own?.length ?? steps!, schedule.numTrainTimesteps);
  const exact = own ? sigmasOf!(own) : rules.sigmas(steps!);
  const sigmas = [...exact, final].map(Math.fround);
  return makePlan({
    grid: {
      timesteps: rules.single ? sigmas.slice(0, -1).map(schedule.timeOf).map(Math.fround) : exact.map(schedule.timeOf),
      sigmas,
      levels: sigmas.map((sigma) => ({ alpha: 1, sigma })),
    },
    sampler,
    clock: { timeOf: schedule.timeOf, levelAt: (t) => ({ alpha: 1, sigma: sigmaAt(schedule, t) }) },
    inputScale: ({ sigma }) => 1 / Math.hypot(sigma, sigmaData),
    initNoiseSigma,
    strength: options.strength,
  });
}

/** The noise level that model time `t` stands for, in x's own space. */
export function sigmaAt(schedule: NoiseSchedule, t: number): number {
  return Math.exp(-schedule.logSnr(t) / 2);
}

function checkOwn(timesteps: readonly number[], count: number): void {
  checkFalling(timesteps, "timesteps");
  const wrong = timesteps.find((t) => !(t >= 0 && t < count));
  if (wrong === undefined) return;
  throw new DriftfieldError("invalid_option", `timestep ${wrong} is outside of the schedule`, {
    path: "timesteps",
    received: wrong,
    expected: `a number from 0 to ${count - 1}`,
    hint: `choose timesteps from 0 to ${count - 1}`,
  });
}
