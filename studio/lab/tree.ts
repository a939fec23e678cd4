// The tree that any kind of run grows: who leaves whom, after which step, and the turns of each walk since its root.
import type { Turn } from "./run.ts";

/** A walk's place in its tree; `W` is what its scene says of it besides. */
export type Grown<W> = {
  readonly id: string;
  readonly parent: (Grown<W> & W) | null;
  /** Steps that it shares with its parent. */
  readonly step: number;
  /** 0 for a root. */
  readonly number: number;
  /** Every turn since the root. */
  readonly turns: readonly Turn[];
};

type Leaving = { readonly from: string | number; readonly step: number };

/** A root of the tree. */
export const rooted = <W>(id: string, own: W): Grown<W> & W => ({
  id, parent: null, step: 0, number: 0, turns: [], ...own,
});

/** The walks of `branches`, each leaving `rootOf` a name (or 0) or an earlier branch, at most before the last step. */
export function grow<B extends Leaving, W>(
  branches: readonly B[],
  steps: number,
  rootOf: (from: B["from"]) => Grown<W> & W,
  own: (branch: B, parent: W) => W & { settings: Omit<Turn, "step"> },
): (Grown<W> & W)[] {
  const grown: (Grown<W> & W)[] = [];
  for (const [k, branch] of branches.entries()) {
    const earlier = typeof branch.from === "number" && branch.from > 0;
    const parent = earlier ? grown[Number(branch.from) - 1] : rootOf(branch.from);
    const step = Math.min(branch.step, steps - 1);
    const { settings, ...said } = own(branch, parent);
    // A branch that leaves before its parent had turned never sees that turn.
    const turns = [...parent.turns.filter((turn) => turn.step < step), { step, ...settings }];
    grown.push({ ...(said as unknown as W), id: `branch ${k + 1}`, parent, step, number: k + 1, turns });
  }
  return grown;
}

/** `branches` without the one of that number (from 1) and without those that left it. */
export function without<B extends Leaving>(branches: readonly B[], number: number): B[] {
  const gone = new Set([number]);
  branches.forEach(({ from }, k) => {
    if (typeof from === "number" && gone.has(from)) gone.add(k + 1);
  });
  const places = new Map<number, number>();
  branches.forEach((_, k) => {
    if (!gone.has(k + 1)) places.set(k + 1, places.size + 1);
  });
  const moved = (from: B["from"]) => (typeof from === "number" ? (places.get(from) ?? from) : from);
  return branches.filter((_, k) => places.has(k + 1)).map((branch) => ({ ...branch, from: moved(branch.from) }));
}
