// The ways back that are compared: all from the same start, with the same noise wherever any is added.
import type { Role } from "../../draw/theme.ts";
import type { Walk } from "../../lab/branches.ts";
import type { WalkName } from "../../state/run-fields.ts";

export type Walker = { readonly title: string; readonly role: Role };

export const walkers: Readonly<Record<WalkName, Walker>> = {
  ddpm: { title: "DDPM", role: "noise" },
  quiet: { title: "DDPM, no noise", role: "naive" },
  eta: { title: "DDIM, η between", role: "injected" },
  ddim: { title: "DDIM", role: "total" },
};

/** "DDIM, η = 0.5". */
export function wayTitle(way: WalkName, eta: number): string {
  return way === "eta" ? `DDIM, η = ${eta}` : walkers[way].title;
}

/** What a walk is called: its way, and for a branch its number. */
export function walkTitle({ way, eta, number }: Walk): string {
  return number === 0 ? wayTitle(way, eta) : `${number}: ${wayTitle(way, eta)}`;
}

/** Branches have looks of their own, so that two with the same settings differ. */
const branchRoles: readonly Role[] = ["cond", "guided", "uncond", "score", "mean", "field"];

export function roleOf({ way, number }: Walk): Role {
  return number === 0 ? walkers[way].role : branchRoles[(number - 1) % branchRoles.length];
}
