// Everything that the studio's state holds: one table, from which type, address, defaults and limits come.
import { branchList } from "./branches.ts";
import { guidedList } from "./guided-branches.ts";
import { choice, flag, number, several, text, whole, type Kind } from "./kinds.ts";
import { drawnPoints } from "./points.ts";
import { runFields } from "./run-fields.ts";

export const sceneIds = [
  "pixels", "data", "train", "forward", "field", "reverse", "exact", "flow", "guidance", "numbers",
] as const;
export const dataIds = ["spiral", "moons", "rings", "tree", "letters", "drawn"] as const;

/** What an author may hide with `&embed&hide=...`. */
export const parts = ["nav", "text", "controls", "player"] as const;

export const fields = {
  scene: choice("pixels", sceneIds),
  theme: choice("auto", ["auto", "dark", "light"]),
  embed: flag(false),
  hide: several(["nav", "text"], parts),

  data: choice("spiral", dataIds),
  count: whole(100, { min: 2, max: 1000, least: 0, most: 10_000 }),
  letters: text("FLOW", 8),
  drawn: drawnPoints,
  seed: whole(1, { min: 0, max: 99, most: Number.MAX_SAFE_INTEGER }),

  t: number(0.42, { min: 0, max: 1, least: -0.3, most: 1.3, step: 0.001 }),
  first: number(0.72, { min: 0, max: 1, step: 0.01 }),
  second: number(0.4, { min: 0, max: 1, step: 0.01 }),
  pairs: choice("both", ["both", "pictures", "noise"]),
  brush: choice("draw", ["draw", "erase"]),
  steps: whole(64, { min: 1, max: 256, least: 1, most: 1000 }),
  walks: whole(40, { min: 1, max: 200, most: 500 }),
  probeX: number(0.9, { min: -2, max: 2, least: -4, most: 4, step: 0.05 }),
  probeY: number(0.7, { min: -2, max: 2, least: -4, most: 4, step: 0.05 }),
  samples: whole(3000, { min: 200, max: 20_000, least: 1, most: 100_000, step: 200 }),
  look: several(["arrows", "density", "points"], ["arrows", "streamlines", "density", "points"]),
  clock: choice("both", ["with", "without", "both"]),
  ...runFields,
  branches: branchList,
  /** Other guidance from a step on. */
  guided: guidedList,
} satisfies Record<string, Kind<unknown>>;

export type Fields = typeof fields;
export type Key = keyof Fields;

/** The whole state: what an address says. */
export type State = { [K in Key]: Fields[K] extends Kind<infer T> ? T : never };
