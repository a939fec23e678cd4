// What a run will do, worked out before it starts: at which noise levels the network is asked, and where each step goes.
import { DriftfieldError } from "../core/index.ts";
import type { Level } from "./schedule/level.ts";

/** A run's path from noise to data. Plain data; nothing changes it while sampling. */
export type Plan = {
  /** What the network is told at each evaluation. */
  readonly timesteps: readonly number[];
  /**
   * Noise levels as the reference lists them, one more than timesteps. For samplers that walk in variance-preserving
   * space but count noise as sigma / alpha (DPM-Solver, UniPC, DEIS) these are the ratios: `levels` says what x holds.
   */
  readonly sigmas: readonly number[];
  /** Signal and noise scale of x before each evaluation. */
  readonly levels: readonly Level[];
  /** The level that each evaluation's step leads to. */
  readonly targets: readonly Level[];
  /** What x is multiplied by for the network, at each evaluation. */
  readonly inputScales: readonly number[];
  /** Multiply unit noise by this to start. */
  readonly initNoiseSigma: number;
  /** 1, or 2 for samplers that look twice (the last step may need one less). */
  readonly evaluationsPerStep: number;
  /** The number of steps asked for, also where `strength` leaves only some of them. */
  readonly numInferenceSteps: number;
};

/** Noise levels of a run before the sampler says how it evaluates them: n timesteps, n + 1 levels. */
export type Grid = {
  readonly timesteps: readonly number[];
  readonly sigmas: readonly number[];
  readonly levels: readonly Level[];
  /** Where each step leads, if that isn't simply the next level (DDIM's and PNDM's stride in the reference). */
  readonly targets?: readonly Level[];
};

/** The entries of a plan: a grid, with the stages of each step spelled out. */
export type Entries = Required<Grid>;

/** How a sampler spells a grid out: `timeOf` is the model time of a sigma / alpha ratio. */
export type Expand = (grid: Grid, timeOf: (ratio: number) => number) => Entries;

/** One evaluation a step. */
export const onceEach: Expand = ({ timesteps, sigmas, levels, targets }) => ({
  timesteps,
  sigmas,
  levels: levels.slice(0, timesteps.length),
  targets: targets ?? levels.slice(1),
});

/** The same plan without its noisiest steps: what is left of it for a picture that is noised only that far. */
export function keepStrength(plan: Plan, strength: number | undefined): Plan {
  if (strength === undefined) return plan;
  const { numInferenceSteps: steps, evaluationsPerStep } = plan;
  const kept = strength > 0 && strength <= 1 ? Math.min(Math.floor(steps * strength), steps) : 0;
  if (kept === 0) {
    throw new DriftfieldError("invalid_option", `strength ${strength} leaves none of ${steps} steps`, {
      path: "strength",
      received: strength,
      expected: `a number from ${1 / steps} to 1`,
      hint: "use a larger strength, or more steps",
    });
  }
  const from = (steps - kept) * evaluationsPerStep;
  return {
    ...plan,
    timesteps: plan.timesteps.slice(from),
    sigmas: plan.sigmas.slice(from),
    levels: plan.levels.slice(from),
    targets: plan.targets.slice(from),
    inputScales: plan.inputScales.slice(from),
  };
}

/** What turns a grid into a plan. */
export type PlanParts = {
  grid: Grid;
  expand?: Expand;
  timeOf: (ratio: number) => number;
  inputScale?: (level: Level) => number;
  initNoiseSigma?: number;
  evaluationsPerStep?: number;
  strength?: number;
};

/** Spells the grid's stages out and keeps what `strength` leaves. */
export function makePlan(parts: PlanParts): Plan {
  const { grid, expand = onceEach, timeOf, inputScale = () => 1, initNoiseSigma = 1, evaluationsPerStep = 1 } = parts;
  const entries = expand(grid, timeOf);
  const plan = {
    ...entries,
    inputScales: entries.levels.map(inputScale),
    initNoiseSigma,
    evaluationsPerStep,
    numInferenceSteps: grid.timesteps.length,
  };
  return keepStrength(plan, parts.strength);
}
