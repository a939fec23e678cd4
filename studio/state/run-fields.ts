// What the scenes with runs add to the state: who says the field, how points walk, and what is shown of it.
import { choice, number, several, whole } from "./kinds.ts";

export const classNames = ["person", "dog", "cat"] as const;
export const walkNames = ["ddpm", "quiet", "eta", "ddim"] as const;
export type WalkName = (typeof walkNames)[number];

export const runFields = {
  model: choice("learned", ["learned", "exact"]),
  /** Steps done, of those of the run; beyond the last it is the last. */
  step: whole(1000, { min: 0, max: 1000 }),
  dots: whole(150, { min: 1, max: 500, most: 2000 }),
  pick: whole(3, { min: 0, max: 499, most: 1999 }),
  walkers: several(["ddpm", "quiet", "ddim"], walkNames),
  eta: number(0.5, { min: 0, max: 1, step: 0.05 }),
  shows: choice("difference", ["exact", "learned", "difference"]),
  flowSteps: whole(16, { min: 1, max: 64, most: 256 }),
  g: number(3, { min: 0, max: 15, least: -20, most: 100, step: 0.1 }),
  kind: choice("dog", classNames),
  negative: choice("none", ["none", ...classNames]),
  guideX: number(0.45, { min: -2, max: 2, least: -4, most: 4, step: 0.05 }),
  guideY: number(-0.75, { min: -2, max: 2, least: -4, most: 4, step: 0.05 }),
  /** Steps that the page's own model was trained for; 0 is the model that ships. */
  trained: whole(0, { min: 0, max: 15_000, step: 50 }),
  /** The stop of the tour; 0 is no tour. */
  tour: whole(0, { min: 0, max: 10 }),
};
