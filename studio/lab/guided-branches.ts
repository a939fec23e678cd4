// The tree of guided runs: the scene's own guidance, and every branch that goes on with another from a step on.
import type { GuidedBranch } from "../state/guided-branches.ts";
import { classNames } from "../state/run-fields.ts";
import type { RunRequest } from "./run.ts";
import { grow, rooted, type Grown } from "./tree.ts";

/** What a run is guided to and from, and how strongly (1 is off). */
export type Guiding = Pick<GuidedBranch, "g" | "kind" | "negative">;
export type GuidedWalk = Grown<Guiding> & Guiding;

/** The options of a run: each of them said, so that a turn leaves nothing of the guidance before. */
export function optionsOf({ g, kind, negative }: Guiding) {
  return {
    classes: classNames.indexOf(kind),
    negativeClasses: negative === "none" ? undefined : classNames.indexOf(negative),
    guidanceScale: g,
  } satisfies Partial<RunRequest>;
}

/** The scene's run, then its branches. */
export function guidedWalks(own: Guiding, branches: readonly GuidedBranch[], steps: number): GuidedWalk[] {
  const root = rooted("guided", own);
  const grown = grow<GuidedBranch, Guiding>(branches, steps, () => root, ({ g, kind, negative }) => ({
    g, kind, negative, settings: optionsOf({ g, kind, negative }),
  }));
  return [root, ...grown];
}

/** What a new branch of `walk` at `step` goes on with: without guidance where there was some, with it where not. */
export function guidedBranchOf({ number, g, kind, negative }: GuidedWalk, step: number): GuidedBranch {
  return { from: number, step, g: g === 1 ? 6 : 1, kind, negative };
}
