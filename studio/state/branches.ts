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

/** Branches one after the other, with commas between; what comes after the first that can't be one is left out. */
export function branchesOf<B>(
  example: string, write: (branch: B) => readonly (string | number)[], read: (part: string, before: number) => B | null,
): Kind<readonly B[]> {
  return {
    fallback: [],
    write: (value) => value.map((branch) => write(branch).join("_")).join(","),
    read(text) {
      const parts = text === "" ? [] : text.split(",");
      const value: B[] = [];
      for (const part of parts.slice(0, MOST_BRANCHES)) {
        const branch = read(part, value.length);
        if (branch === null) return { value, warning: `“${part}” isn't a branch like ${example}` };
        value.push(branch);
      }
      if (parts.length <= MOST_BRANCHES) return { value };
      return { value, warning: `it holds more than ${MOST_BRANCHES} branches, so it is cut` };
    },
  };
}

export const branchList = branchesOf<Branch>(
  "ddpm_30_ddim_0.5_0", ({ from, step, way, eta, luck }) => [from, step, way, eta, luck], readBranch,
);

/** A branch that may leave one of the `before` earlier ones; null where it can't be. */
function readBranch(part: string, before: number): Branch | null {
  const [from, step, way, eta, luck, ...more] = part.split("_");
  const parent = isWay(from) ? from : wholeIn(from, 1, before);
  const [at, draw] = [wholeIn(step, 0, 999), wholeIn(luck, 0, MOST_LUCK)];
  const share = numberIn(eta, 0, 1);
  if (parent === null || at === null || draw === null || !isWay(way) || share === null) return null;
  return more.length > 0 ? null : { from: parent, step: at, way, eta: share, luck: draw };
}

const isWay = (name: string | undefined): name is WalkName => (walkNames as readonly string[]).includes(name ?? "");

/** A whole number within its limits; null where it isn't one. */
export function wholeIn(text: string | undefined, least: number, most: number): number | null {
  return /^\d+$/.test(text ?? "") ? numberIn(text, least, most) : null;
}

export function numberIn(text: string | undefined, least: number, most: number): number | null {
  const value = text === undefined || text.trim() === "" ? NaN : Number(text);
  return value >= least && value <= most ? value : null;
}
