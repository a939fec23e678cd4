// Which training timesteps a run visits: the three spacings of Lin et al. 2023, table 2, noisiest first.
import { DriftfieldError } from "../../core/index.ts";

export const spacings = ["linspace", "leading", "trailing"] as const;
export type TimestepSpacing = (typeof spacings)[number];

/** Rounds half to even, as numpy does: 499.5 becomes 500, 500.5 too. */
export function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** `count` numbers from `start` to `end`, both included (`start` alone for one). */
export function linspace(start: number, end: number, count: number): number[] {
  const step = count > 1 ? (end - start) / (count - 1) : 0;
  return Array.from({ length: count }, (_, i) => (i > 0 && i === count - 1 ? end : start + step * i));
}

/**
 * Timesteps of a run over `trainTimesteps` training steps.
 * - linspace: evenly from the last training step to 0 (not rounded here);
 * - leading: multiples of trainTimesteps / steps from 0 up, plus `offset`: the noisiest one is left out;
 * - trailing: from the last training step down, so that the run starts at pure noise.
 */
export function spacedTimesteps(spacing: TimestepSpacing, steps: number, trainTimesteps: number, offset = 0): number[] {
  if (spacing === "linspace") return linspace(0, trainTimesteps - 1, steps).reverse();
  if (spacing === "leading") {
    const stride = Math.floor(trainTimesteps / steps);
    return Array.from({ length: steps }, (_, i) => (steps - 1 - i) * stride + offset);
  }
  const stride = trainTimesteps / steps;
  return Array.from({ length: steps }, (_, i) => roundHalfToEven(trainTimesteps - i * stride) - 1);
}

/** Checks a number of steps. @throws DriftfieldError("invalid_option") unless it is an integer from 1 to `most`. */
export function checkSteps(steps: number, most: number): void {
  if (Number.isInteger(steps) && steps >= 1 && steps <= most) return;
  throw new DriftfieldError("invalid_option", `the number of steps can't be ${steps}`, {
    path: "numInferenceSteps",
    received: steps,
    expected: `a whole number from 1 to ${most}`,
    hint: steps > most ? `ask for ${most} steps or fewer` : "20 to 50 steps are usual",
  });
}

/** Checks the caller's own timesteps or noise levels. @throws DriftfieldError("invalid_option") unless they fall. */
export function checkFalling(values: readonly number[], path: string): void {
  const wrong = values.findIndex((value, i) => !Number.isFinite(value) || (i > 0 && value >= values[i - 1]));
  if (values.length > 0 && wrong < 0) return;
  throw new DriftfieldError("invalid_option", `${path} have to fall from noise to data`, {
    path,
    received: values.length === 0 ? "none" : `${values[wrong]} at position ${wrong}`,
    expected: "at least one number, each smaller than the one before",
    hint: `sort ${path} in falling order and remove duplicates`,
  });
}
