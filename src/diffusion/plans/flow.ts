// Plans of flow matching: times on the straight line from noise (1) to data (0), moved toward noise by a shift.
import { DriftfieldError } from "../../core/index.ts";
import { makePlan, type Plan } from "../plan.ts";
import type { Sampler } from "../samplers/sampler.ts";
import { shiftFlowTimes, stretchToTerminal } from "../schedule/flow.ts";
import { flowLevel } from "../schedule/level.ts";
import type { NoiseSchedule } from "../schedule/schedule.ts";
import { placeBetween, type SigmaPlacement } from "../schedule/sigmas.ts";
import { checkFalling, checkSteps, linspace } from "../schedule/spacing.ts";
import type { PlanOptions } from "./options.ts";

export type FlowRules = {
  className: string;
  schedule: NoiseSchedule;
  shift: number;
  /** Shift by the picture's size: `mu` is wanted with every plan. */
  dynamic?: "exponential" | "linear";
  /** Stretch the times so that the last one before 0 is this. */
  shiftTerminal?: number;
  placement: SigmaPlacement;
  /** Times count from noise to data, and so do the sigmas that are listed. */
  inverted?: boolean;
};

const { fround } = Math;
const mostSteps = 10_000;

/**
 * A plan of `steps` steps, or of the caller's own sigmas (before the shift, without the closing 0), or of both
 * sigmas and timesteps. As in the reference, the smallest default time is shifted twice.
 */
export function flowPlan(rules: FlowRules, sampler: Sampler, steps: number | null, options: PlanOptions): Plan {
  const { schedule, shift, dynamic, shiftTerminal, placement, inverted = false } = rules;
  const { sigmas: own, timesteps: told, mu } = options;
  const count = flowSteps(steps, options);
  if (dynamic && mu === undefined) throw missingMu(rules.className);
  const { numTrainTimesteps } = schedule;
  const smallest = fround(dynamic ? fround(1 / numTrainTimesteps) : shiftFlowTimes([1 / numTrainTimesteps], shift)[0]);
  const start = own ?? told?.map((t) => t / numTrainTimesteps) ?? linspace(1, smallest, count);
  let sigmas = dynamic ? start.map((s) => dynamicShift(s, mu!, dynamic)) : shiftFlowTimes(start, shift);
  sigmas = stretchToTerminal(sigmas, shiftTerminal);
  if (placement !== "schedule") sigmas = placeBetween(placement, sigmas[0], sigmas[count - 1], count);
  sigmas = sigmas.map(fround).map((s) => (inverted ? fround(1 - s) : s));
  const timesOf = (listed: number[]) => listed.map((s) => fround(s * numTrainTimesteps));
  const closed = [...sigmas, inverted ? 1 : 0];
  return makePlan({
    grid: {
      timesteps: inverted ? timesOf(sigmas) : (told?.map(fround) ?? timesOf(sigmas)),
      sigmas: closed,
      levels: closed.map((s) => flowLevel(inverted ? 1 - s : s)),
    },
    sampler,
    clock: { timeOf: schedule.timeOf, levelAt: schedule.at },
    strength: options.strength,
  });
}

/** The number of steps, which the caller's lists may say too. */
function flowSteps(steps: number | null, { sigmas, timesteps }: PlanOptions): number {
  if (sigmas) checkFalling(sigmas, "sigmas");
  if (timesteps) checkFalling(timesteps, "timesteps");
  const lengths = [steps, sigmas?.length, timesteps?.length].filter((n): n is number => typeof n === "number");
  const count = lengths[0] ?? 0;
  if (lengths.every((n) => Object.is(n, count))) {
    checkSteps(count, mostSteps);
    return count;
  }
  throw new DriftfieldError("invalid_option", "numInferenceSteps, sigmas and timesteps have different lengths", {
    path: "plan",
    received: lengths.join(", "),
    expected: "the same number everywhere",
    hint: "pass null as the number of steps",
  });
}

/** e^mu / (e^mu + 1/s - 1): a shift whose strength follows the picture's size (Esser et al. 2024, eq. 23). */
export function dynamicShift(s: number, mu: number, form: "exponential" | "linear"): number {
  const strength = form === "exponential" ? Math.exp(mu) : mu;
  return strength / (strength + (1 / s - 1));
}

export function missingMu(className: string): DriftfieldError {
  return new DriftfieldError("invalid_option", `${className} with dynamic shifting needs mu`, {
    path: "mu",
    expected: "a number that grows with the picture's size",
    hint: "pass { mu } to plan, or set use_dynamic_shifting to false and give a shift",
  });
}
