// The tree of ways back: how each walk steps, and where it turns to settings of its own.
import type { Branch } from "../state/branches.ts";
import type { WalkName } from "../state/run-fields.ts";
import type { RunRequest } from "./run.ts";
import { grow, rooted, type Grown } from "./tree.ts";

/** How a way back steps. */
export type WaySettings = Pick<RunRequest, "sampler" | "eta" | "noiseScale">;

/** One walk of the tree: a way, and that of the tree's root. */
type Way = { readonly way: WalkName; readonly eta: number; readonly root: WalkName };
export type Walk = Grown<Way> & Way;

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

/** The walks of a tree, roots first. */
export function walksOf({ roots, branches, steps, eta, seed }: Tree): Walk[] {
  const rootOf = (from: Branch["from"]): Walk => {
    const way = from as WalkName;
    return rooted<Way>(way, { way, eta, root: way });
  };
  const grown = grow<Branch, Way>(branches, steps, rootOf, (branch, parent) => ({
    way: branch.way,
    eta: branch.eta,
    root: parent.root,
    settings: { ...settingsOf(branch.way, branch.eta), seed: seedOf(seed, branch.luck) },
  }));
  return [...roots.map(rootOf), ...grown];
}

/** The seed of another draw of the noise: far from those that the slider gives. */
const seedOf = (seed: number, luck: number): number => (seed + 1000 * luck) % (Number.MAX_SAFE_INTEGER + 1);

/** What a new branch of `walk` at `step` goes on as: with noise where there was none, without where there was. */
export function branchOf({ way, number, eta }: Walk, step: number): Branch {
  const from = number > 0 ? number : way;
  return { from, step, way: way === "ddim" || way === "quiet" ? "ddpm" : "ddim", eta, luck: 0 };
}
