// The time line of a run: whole steps from noise to data, kept in the address.
import type { Timeline } from "../player/player.svelte.ts";
import { lab } from "../state/lab.svelte.ts";

/** A line of `steps()` steps; `say` tells a reader where it stands. */
export function runLine(steps: () => number, say: (step: number) => string): Timeline {
  const at = () => Math.min(lab.step, steps());
  return {
    get length() {
      return steps();
    },
    smooth: false,
    get seconds() {
      return Math.min(9, Math.max(2.5, steps() / 8));
    },
    get: at,
    set: (position) => (lab.step = Math.min(Math.max(0, Math.round(position)), steps())),
    say: () => say(at()),
  };
}

/** "noise level 3.1", with two digits that mean something. */
export function levelSaid(ratio: number): string {
  return `noise level ${Number.isFinite(ratio) ? Number(ratio.toPrecision(2)) : "∞"}`;
}
