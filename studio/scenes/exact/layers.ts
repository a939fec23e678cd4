// Two fields and their difference: arrows, and shades of how far apart they are.
import type { Layer } from "../../draw/layers.ts";
import type { FieldOutput } from "../../lab/field.ts";
import { levelAt } from "../../lab/level.ts";
import type { State } from "../../state/fields.ts";

export type Grid = { across: number; extent: number };

/** A difference of this many times the noise is the darkest shade. */
const MOST = 0.5;

/** The places of a grid in the difference of two lists of arrows, in units of the noise. */
export function apart(exact: Float32Array, learned: Float32Array, t: number): Float32Array {
  const { sigma } = levelAt(t);
  return Float32Array.from({ length: exact.length / 2 }, (_, i) =>
    Math.hypot(learned[2 * i] - exact[2 * i], learned[2 * i + 1] - exact[2 * i + 1]) / sigma,
  );
}

type Fields = { exact: FieldOutput; learned: Float32Array | null; t: number };

export function comparedLayers(
  shows: State["shows"],
  { exact, learned, t }: Fields,
  { across, extent }: Grid,
  data: Float32Array,
  noised: Float32Array,
): Layer[] {
  const { along, density } = exact;
  const layers: Layer[] = [];
  const square = { left: -extent, bottom: -extent, size: 2 * extent };
  const dots: Layer[] = [
    { kind: "dots", role: "data", term: "data", at: data, radius: 1.8, opacity: 0.9 },
    { kind: "dots", role: "noise", term: "noised", at: noised, radius: 1.8, opacity: 0.6 },
  ];
  const arrows = (arrowed: Float32Array, role: "field" | "total" | "score", term: string): Layer => ({
    kind: "grid", role, term, along: arrowed, across, extent, opacity: 0.85,
  });
  if (shows === "learned" && learned) layers.push(arrows(learned, "total", "learned"));
  else if (shows === "difference" && learned) {
    // Where noised data hardly come, nothing was learned and nothing is lost: it fades.
    const strength = density.map((value) => Math.min(1, 1.6 * value));
    // By its root, so that a hundredth of the noise is seen and half of it still is more.
    const share = apart(along, learned, t).map((value) => Math.sqrt(Math.min(1, value / MOST)));
    const values = share.map((value, i) => strength[i] * value);
    layers.push({ kind: "shades", role: "axis", term: "difference", values, across, ...square });
    const { sigma } = levelAt(t);
    const size = strength.map((value, i) => value / (sigma * MOST * (share[i] || 1)));
    const off = learned.map((value, i) => size[i >> 1] * (value - along[i]));
    layers.push(arrows(off, "score", "difference"));
  } else layers.push(arrows(along, "field", "exact"));
  return [...layers, ...dots];
}
