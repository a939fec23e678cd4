// Branches of runs in an address: "ddpm_30_ddim_0.5_0" leaves DDPM after 30 steps and goes on as DDIM.
import type { Kind } from "./kinds.ts";
import { walkNames, type WalkName } from "./run-fields.ts";

/** A walk that leaves another one, to go on with settings of its own. */
export type Branch = {
  /** What it leaves: a way back by its name, or an earlier branch by its number, from 1. */
  readonly from: WalkName | number;
  /** Steps that it shares with it. */
  readonly step: number;
  readonly way: WalkName;
  readonly eta: number;
  /** 0: the noise of the run itself; 1 to 9: other draws. */
  readonly luck: number;
};

export const MOST_BRANCHES = 6;
export const MOST_LUCK = 9;

export const branchList: Kind<readonly Branch[]> = {
  fallback: [],
  write: (value) => value.map(({ from, step, way, eta, luck }) => [from, step, way, eta, luck].join("_")).join(","),
  read(text) {
    const parts = text === "" ? [] : text.split(",");
    const value: Branch[] = [];
    for (const part of parts.slice(0, MOST_BRANCHES)) {
      const branch = readBranch(part, value.length);
      if (branch === null) return { value, warning: `“${part}” isn't a branch like ddpm_30_ddim_0.5_0` };
      value.push(branch);
    }
    if (parts.length <= MOST_BRANCHES) return { value };
    return { value, warning: `it holds more than ${MOST_BRANCHES} branches, so it is cut` };
  },
};

/** A branch that may leave one of the `before` earlier ones; null where it can't be. */
function readBranch(part: string, before: number): Branch | null {
  const [from, step, way, eta, luck, ...more] = part.split("_");
  const parent = isWay(from) ? from : whole(from, 1, before);
  const [at, draw] = [whole(step, 0, 999), whole(luck, 0, MOST_LUCK)];
  const share = eta === undefined || eta.trim() === "" ? NaN : Number(eta);
  if (parent === null || at === null || draw === null || !isWay(way) || !(share >= 0 && share <= 1)) return null;
  return more.length > 0 ? null : { from: parent, step: at, way, eta: share, luck: draw };
}

const isWay = (name: string | undefined): name is WalkName => (walkNames as readonly string[]).includes(name ?? "");

function whole(text: string | undefined, least: number, most: number): number | null {
  const value = Number(text);
  return /^\d+$/.test(text ?? "") && value >= least && value <= most ? value : null;
}
