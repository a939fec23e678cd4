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
  /** Levels before the first, which `strength` left out. */
  readonly skipped?: readonly Level[];
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

/** How a sampler spells a grid out. `from`: only what is left behind this many of its entries (see `cutsEntries`). */
export type Expand = (grid: Grid, clock: Clock, from: number) => Entries;

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
  sampler: {
    readonly expand?: Expand;
    readonly evaluationsPerStep?: number;
    /** `strength` cuts the sampler's entries, not the grid: it counts looks, whatever their times (PLMS). */
    readonly cutsEntries?: boolean;
  };
  clock: Clock;
  inputScale?: (level: Level) => number;
  initNoiseSigma?: number;
  strength?: number;
};

/** Keeps what `strength` leaves of the grid and spells its stages out. */
export function makePlan({ grid, sampler, clock, inputScale, initNoiseSigma = 1, strength }: PlanParts): Plan {
  const { expand = onceEach, evaluationsPerStep = 1, cutsEntries = false } = sampler;
  const from = firstKept(grid, strength);
  const entries = cutsEntries ? expand(grid, clock, from) : expand(cutGrid(grid, from), clock, 0);
  return {
    ...entries,
    inputScales: entries.levels.map(inputScale ?? (() => 1)),
    initNoiseSigma,
    noisiest: grid.levels[0],
    evaluationsPerStep,
    numInferenceSteps: grid.timesteps.length,
    ...(from > 0 && { skipped: grid.levels.slice(0, from) }),
  };
}

/** The first step that is left for a picture that is noised only as far as `strength` says. */
function firstKept(grid: Grid, strength: number | undefined): number {
  if (strength === undefined) return 0;
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
  return steps - kept;
}

function cutGrid({ timesteps, sigmas, levels, stride }: Grid, from: number): Grid {
  return { timesteps: timesteps.slice(from), sigmas: sigmas.slice(from), levels: levels.slice(from), stride };
}
