// Guidance's pictures: the construction at one place over the guided field, and the points that it leads to.
import { gridArrows } from "../../draw/grid-arrows.ts";
import type { Layer } from "../../draw/layers.ts";
import type { Role } from "../../draw/theme.ts";
import type { Construction } from "../../lab/guide.ts";
import type { PointSet } from "driftfield/shapes";

export type Grid = { across: number; extent: number };

/** The data: the wanted class in the condition's colour, the class to keep away from in its own, the rest grey. */
export function classLayers(set: PointSet, wanted: number, avoided: number): Layer[] {
  const roleOf = (label: number): Role => (label === wanted ? "cond" : label === avoided ? "naive" : "uncond");
  const layers: Layer[] = [];
  for (const label of [0, 1, 2]) {
    const at = Float32Array.from(
      [...set.classes!.keys()].filter((i) => set.classes![i] === label).flatMap((i) => [set.points.data[2 * i], set.points.data[2 * i + 1]]),
    );
    layers.push({ kind: "dots", role: roleOf(label), term: label === wanted ? "cond" : "data", at, radius: 2.4, hollow: label !== wanted });
  }
  return layers;
}

/** The classes' names, each outside its own part of the spiral. */
export function nameLayers(set: PointSet, wanted: number, avoided: number): Layer[] {
  const places = [[-0.02, -0.08], [-0.02, -0.66], [0.02, 1.24]] as const;
  return set.classNames!.map((text, label) => ({
    kind: "label", role: label === wanted ? "cond" : label === avoided ? "naive" : "uncond", x: places[label][0], y: places[label][1], text,
  }));
}

export function fieldOf(along: Float32Array, { across, extent }: Grid): Layer {
  return { kind: "arrows", role: "guided", term: "guided", ...gridArrows(along, across, extent), width: 1, headSize: 4, opacity: 0.4 };
}

/** grey + g (yellow - grey) = green, arrow by arrow. */
export function constructionLayers({ at, cond, uncond, scaled, guided }: Construction): Layer[] {
  const one = (x: readonly [number, number]) => Float32Array.from(x);
  const tip = one([at[0] + uncond[0], at[1] + uncond[1]]);
  return [
    { kind: "arrows", role: "injected", term: "scaled", at: tip, along: one(scaled), width: 2 },
    { kind: "arrows", role: "uncond", term: "uncond", at: one(at), along: one(uncond), headSize: 11 },
    { kind: "arrows", role: "cond", term: "cond", at: one(at), along: one(cond), headSize: 11 },
    { kind: "arrows", role: "guided", term: "guided", at: one(at), along: one(guided), headSize: 13 },
    { kind: "dots", role: "ink", at: one(at), radius: 4 },
  ];
}
