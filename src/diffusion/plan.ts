// What a run will do, worked out before it starts: where the network is asked, and where each step goes.
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
  /** The level that each evaluation's step starts from: not x's where a sampler steps again from further back. */
  readonly origins: readonly Level[];
  /** The level that each evaluation's step leads to. */
  readonly targets: readonly Level[];
  /** What x is multiplied by for the network, at each evaluation. */
  readonly inputScales: readonly number[];
  /** Multiply unit noise by this to start. */
  readonly initNoiseSigma: number;
  /** The level that the whole run starts from, also where `strength` leaves its noisiest steps out. */
  readonly noisiest: Level;
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
  /** Step by this much model time, even where the next timestep is another (DDIM and PNDM in the reference). */
  readonly stride?: number;
};

/** Model time and noise level, one from the other. */
export type Clock = {
  /** Model time of a sigma / alpha ratio. */
  timeOf(ratio: number): number;
  /** Level of x, in the sampler's own space, at a model time. */
  levelAt(t: number): Level;
};

/** The entries of a plan: a grid, with the stages of each step spelled out. */
type Entries = Pick<Plan, "timesteps" | "sigmas" | "levels" | "origins" | "targets">;

/** How a sampler spells a grid out. */
export type Expand = (grid: Grid, clock: Clock) => Entries;

/** The level that the step from grid entry `i` leads to. */
export function targetOf({ timesteps, levels, stride }: Grid, clock: Clock, i: number): Level {
  if (stride === undefined) return levels[i + 1];
  return timesteps[i] >= stride ? clock.levelAt(timesteps[i] - stride) : levels[levels.length - 1];
}

/** One evaluation a step. */
const onceEach: Expand = (grid, clock) => {
  const levels = grid.levels.slice(0, grid.timesteps.length);
  const targets = levels.map((_, i) => targetOf(grid, clock, i));
  return { timesteps: grid.timesteps, sigmas: grid.sigmas, levels, origins: levels, targets };
};

/** What turns a grid into a plan. */
export type PlanParts = {
  grid: Grid;
  sampler: { readonly expand?: Expand; readonly evaluationsPerStep?: number };
  clock: Clock;
  inputScale?: (level: Level) => number;
  initNoiseSigma?: number;
  strength?: number;
};

/** Keeps what `strength` leaves of the grid and spells its stages out. */
export function makePlan({ grid, sampler, clock, inputScale, initNoiseSigma = 1, strength }: PlanParts): Plan {
  const { expand = onceEach, evaluationsPerStep = 1 } = sampler;
  const entries = expand(keepStrength(grid, strength), clock);
  return {
    ...entries,
    inputScales: entries.levels.map(inputScale ?? (() => 1)),
    initNoiseSigma,
    noisiest: grid.levels[0],
    evaluationsPerStep,
    numInferenceSteps: grid.timesteps.length,
  };
}

/** The grid without its noisiest steps: what is left of it for a picture that is noised only that far. */
function keepStrength(grid: Grid, strength: number | undefined): Grid {
  if (strength === undefined) return grid;
  const steps = grid.timesteps.length;
  const kept = strength > 0 && strength <= 1 ? Math.floor(steps * strength) : 0;
  if (kept === 0) {
    throw new DriftfieldError("invalid_option", `strength ${strength} leaves none of ${steps} steps`, {
      path: "strength",
      received: strength,
      expected: `a number from ${1 / steps} to 1`,
      hint: "use a larger strength, or more steps",
    });
  }
  const from = steps - kept;
  const { timesteps, sigmas, levels, stride } = grid;
  return { timesteps: timesteps.slice(from), sigmas: sigmas.slice(from), levels: levels.slice(from), stride };
}
