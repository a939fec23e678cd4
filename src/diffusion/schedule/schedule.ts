// What a noise schedule is: which noise level a network was trained to see at which model time.
import type { Level } from "./level.ts";

/** The noise levels of a network's input over its model time. */
export type NoiseSchedule = {
  readonly kind: "discrete" | "flow" | "exploding" | "preserving";
  /** Noise levels in training. Model times rise with noise up to it; of an exploding schedule they are sigma itself. */
  readonly numTrainTimesteps: number;
  /** Level at model time `t`; fractional times of a discrete schedule lie on the line between log ratios. */
  at(t: number): Level;
  /** log(alpha^2 / sigma^2) at model time `t`. */
  logSnr(t: number): number;
  /** Model time of a sigma / alpha ratio: the inverse of `at`, held to the schedule's ends. */
  timeOf(ratio: number): number;
  /** alpha^2 of every training timestep, where the schedule is a table. */
  readonly alphasCumprod?: Float32Array;
};
