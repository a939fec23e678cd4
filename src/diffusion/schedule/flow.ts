// Flow matching's schedule: a straight line from data to noise.
import { flowLevel } from "./level.ts";
import type { NoiseSchedule } from "./schedule.ts";

/**
 * x = (1 - s) x0 + s noise at model time t = s numTrainTimesteps (Lipman et al. 2023, eq. 22 with sigma_min 0, time
 * counted from data to noise; Esser et al. 2024, eq. 13).
 */
export function flowSchedule(numTrainTimesteps = 1000): NoiseSchedule {
  return {
    kind: "flow",
    numTrainTimesteps,
    at: (t) => flowLevel(t / numTrainTimesteps),
    logSnr: (t) => 2 * (Math.log(1 - t / numTrainTimesteps) - Math.log(t / numTrainTimesteps)),
    timeOf: (ratio) => numTrainTimesteps * (ratio === Infinity ? 1 : ratio / (1 + ratio)),
  };
}

/** The same, told by networks whose time counts from noise (0) to data (numTrainTimesteps). */
export function invertedFlowSchedule(numTrainTimesteps = 1000): NoiseSchedule {
  const flow = flowSchedule(numTrainTimesteps);
  return {
    ...flow,
    at: (t) => flow.at(numTrainTimesteps - t),
    logSnr: (t) => flow.logSnr(numTrainTimesteps - t),
    timeOf: (ratio) => numTrainTimesteps - flow.timeOf(ratio),
  };
}

/**
 * Moves times toward noise for large pictures: s' = shift s / (1 + (shift - 1) s) (Esser et al. 2024, eq. 23).
 * @param s flow times in [0, 1]. @param shift 1 leaves them alone.
 */
export function shiftFlowTimes(s: readonly number[], shift: number): number[] {
  return s.map((value) => (shift * value) / (1 + (shift - 1) * value));
}

/** Stretches flow times so that the last one is `terminal`; undefined and 0 leave them alone. */
export function stretchToTerminal(s: readonly number[], terminal: number | undefined): number[] {
  if (terminal === undefined || terminal === 0) return [...s];
  const stretch = (1 - s[s.length - 1]) / (1 - terminal);
  return s.map((value) => 1 - (1 - value) / stretch);
}
