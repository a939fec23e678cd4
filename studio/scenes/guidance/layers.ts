// Guidance's pictures: the construction at one place over the guided field, and the points that it leads to.
import type { Layer } from "../../draw/layers.ts";
import type { Role } from "../../draw/theme.ts";
import type { Construction } from "../../lab/guide.ts";
import type { PointSet } from "driftfield/shapes";

export type Grid = { across: number; extent: number };

/** The data: the wanted class in the condition's colour, the class to keep away from in its own, the rest grey. */
export function classLayers(set: PointSet, wanted: number, avoided: number): Layer[] {
  const { data } = set.points;
  return [0, 1, 2].map((label) => {
    const rows = Array.from(set.classes!.keys()).filter((i) => set.classes![i] === label);
    const at = Float32Array.from(rows.flatMap((i) => [data[2 * i], data[2 * i + 1]]));
    const [term, opacity] = label === wanted ? ["cond", 1] as const : ["data", 0.7] as const;
    return { kind: "dots", role: roleOf(label, wanted, avoided), term, at, radius: 2.4, opacity };
  });
}

/** A class's colour: the condition's for the wanted one, its own for the one to keep away from, else grey. */
function roleOf(label: number, wanted: number, avoided: number): Role {
  return label === wanted ? "cond" : label === avoided ? "naive" : "uncond";
}

/** The classes' names, each outside its own part of the spiral. */
export function nameLayers(set: PointSet, wanted: number, avoided: number): Layer[] {
  const places = [[0.13, -0.03], [0, -0.79], [0, 1]] as const;
  return set.classNames!.map((text, label) => ({
    kind: "label", role: roleOf(label, wanted, avoided), x: places[label][0], y: places[label][1], text,
  }));
}

export function fieldOf(along: Float32Array, { across, extent }: Grid): Layer {
  return { kind: "grid", role: "guided", term: "guided", along, across, extent, opacity: 0.4 };
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
