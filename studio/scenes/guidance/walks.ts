// What guided runs are called, and how they look: the scene's own one is green, branches have looks of their own.
import type { Role } from "../../draw/theme.ts";
import type { GuidedWalk, Guiding } from "../../lab/guided-branches.ts";
import { classNames } from "../../state/run-fields.ts";

/** The label of "none of them". */
export const NONE = classNames.length;

export const wantedBy = ({ kind }: Guiding): number => classNames.indexOf(kind);
export const avoidedBy = ({ negative }: Guiding): number => (negative === "none" ? NONE : classNames.indexOf(negative));

export const strength = (g: number): string => (g === 1 ? "1 (off)" : String(Math.round(10 * g) / 10));

/** "Guidance 3 to dog", and for a branch its number. */
export function walkTitle({ number, g, kind, negative }: GuidedWalk): string {
  const said = `uidance ${strength(g)} to ${kind}${negative === "none" ? "" : `, not ${negative}`}`;
  return number === 0 ? `G${said}` : `${number}: g${said}`;
}

const branchRoles: readonly Role[] = ["noise", "score", "total", "injected", "mean", "field"];

export const roleOf = ({ number }: GuidedWalk): Role =>
  number === 0 ? "guided" : branchRoles[(number - 1) % branchRoles.length];
