// The tree of runs: what each walk is called, whose steps it shares, and where it turns to settings of its own.
import type { Branch } from "../state/branches.ts";
import type { WalkName } from "../state/run-fields.ts";
import type { RunRequest, Turn } from "./run.ts";

/** How a way back steps. */
export type WaySettings = Pick<RunRequest, "sampler" | "eta" | "noiseScale">;

/** One walk of the tree: a root, or a branch with its parent and the steps that it shares with it. */
export type Walk = {
  /** "ddpm", or "branch 2". */
  readonly id: string;
  readonly way: WalkName;
  readonly eta: number;
  readonly parent: Walk | null;
  readonly step: number;
  /** 0 for a root. */
  readonly number: number;
  /** The way of the tree's root, and every turn since. */
  readonly root: WalkName;
  readonly turns: readonly Turn[];
};

export type Tree = {
  roots: readonly WalkName[];
  branches: readonly Branch[];
  steps: number;
  /** Of the roots. */
  eta: number;
  seed: number;
};

/** The settings of a way: every one of them said, so that a turn leaves nothing of the way before. */
export function settingsOf(way: WalkName, eta: number): WaySettings {
  const sampler = way === "ddpm" || way === "quiet" ? "ddpm" : "ddim";
  return { sampler, eta: way === "eta" ? eta : 0, noiseScale: way === "quiet" ? 0 : 1 };
}

/** The walks of a tree, roots first. A branch leaves at most before the last step. */
export function walksOf({ roots, branches, steps, eta, seed }: Tree): Walk[] {
  const rootOf = (way: WalkName): Walk => ({
    id: way, way, eta, parent: null, step: 0, number: 0, root: way, turns: [],
  });
  const grown: Walk[] = [];
  for (const [k, branch] of branches.entries()) {
    const parent = typeof branch.from === "number" ? grown[branch.from - 1] : rootOf(branch.from);
    const step = Math.min(branch.step, steps - 1);
    const turn: Turn = { step, ...settingsOf(branch.way, branch.eta), seed: seedOf(seed, branch.luck) };
    grown.push({
      id: `branch ${k + 1}`,
      way: branch.way,
      eta: branch.eta,
      parent,
      step,
      number: k + 1,
      root: parent.root,
      // A branch that leaves before its parent had turned never sees that turn.
      turns: [...parent.turns.filter((earlier) => earlier.step < step), turn],
    });
  }
  return [...roots.map(rootOf), ...grown];
}

/** The seed of another draw of the noise: far from those that the slider gives. */
const seedOf = (seed: number, luck: number): number => (seed + 1000 * luck) % (Number.MAX_SAFE_INTEGER + 1);

/** `branches` without the one of that number (from 1) and without those that left it. */
export function without(branches: readonly Branch[], number: number): Branch[] {
  const gone = new Set([number]);
  branches.forEach(({ from }, k) => {
    if (typeof from === "number" && gone.has(from)) gone.add(k + 1);
  });
  const places = new Map<number, number>();
  branches.forEach((_, k) => {
    if (!gone.has(k + 1)) places.set(k + 1, places.size + 1);
  });
  const moved = (from: Branch["from"]) => (typeof from === "number" ? places.get(from)! : from);
  return branches.filter((_, k) => places.has(k + 1)).map((branch) => ({ ...branch, from: moved(branch.from) }));
}

/** What a new branch of `walk` at `step` goes on as: with noise where there was none, without where there was. */
export function branchOf({ way, number, eta }: Walk, step: number): Branch {
  const from = number > 0 ? number : way;
  return { from, step, way: way === "ddim" || way === "quiet" ? "ddpm" : "ddim", eta, luck: 0 };
}
