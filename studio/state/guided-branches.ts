// Branches of the guided run in an address: "0_30_8_dog_cat" leaves the run after 30 steps, with guidance 8 to dog.
import { branchesOf, numberIn, wholeIn } from "./branches.ts";
import { classNames } from "./run-fields.ts";

export type ClassName = (typeof classNames)[number];

/** A run that leaves the guided one, to go on with guidance of its own. */
export type GuidedBranch = {
  /** What it leaves: 0 is the run itself, others are earlier branches. */
  readonly from: number;
  /** Steps that it shares with it. */
  readonly step: number;
  readonly g: number;
  readonly kind: ClassName;
  /** The class that it leads away from. */
  readonly negative: ClassName | "none";
};

const LIMITS = [-20, 100] as const;

export const guidedList = branchesOf<GuidedBranch>(
  "0_30_8_dog_none", ({ from, step, g, kind, negative }) => [from, step, g, kind, negative], readGuided,
);

/** A branch that may leave the run or one of the `before` earlier ones; null where it can't be. */
function readGuided(part: string, before: number): GuidedBranch | null {
  const [from, step, scale, kind, negative, ...more] = part.split("_");
  const [parent, at, g] = [wholeIn(from, 0, before), wholeIn(step, 0, 999), numberIn(scale, ...LIMITS)];
  if (parent === null || at === null || g === null || more.length > 0) return null;
  if (!isClass(kind) || !(negative === "none" || isClass(negative))) return null;
  return { from: parent, step: at, g, kind, negative };
}

const isClass = (name: string | undefined): name is ClassName =>
  (classNames as readonly string[]).includes(name ?? "");
