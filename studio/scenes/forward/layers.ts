// The pictures of the forward scene: the walks, and what each of the two targets teaches.
import type { Layer } from "../../draw/layers.ts";
import type { Role } from "../../draw/theme.ts";
import type { Taught } from "../../lab/targets.ts";
import { walksAt, type Walks } from "../../lab/walks.ts";

/** The data, and the walks up to `position`: all with a short tail, one of them whole. */
export function walkLayers(walks: Walks, position: number, data: Float32Array): Layer[] {
  const many = walksAt(walks, position, 10);
  const one = walksAt({ ...walks, count: Math.min(1, walks.count) }, position, walks.steps);
  return [
    { kind: "dots", role: "data", term: "data", at: data, radius: data.length > 1000 ? 1.4 : 2, opacity: 0.8 },
    { kind: "paths", role: "walk", term: "walks", at: many.paths, starts: many.starts, fading: true, opacity: 0.45 },
    { kind: "dots", role: "noise", term: "walks", at: many.heads, radius: 2.6 },
    { kind: "paths", role: "cond", term: "walk", at: one.paths, starts: one.starts, width: 1.4 },
    { kind: "dots", role: "cond", term: "walk", at: one.heads, radius: 5 },
  ];
}

export type Place = { cells: number; extent: number; probe: readonly [number, number] };

/** The field that a target's examples teach, the examples at one place, and their common mean. */
export function taughtLayers(
  taught: Taught, mean: Float32Array, role: Role, { cells, extent, probe }: Place, data: Float32Array,
): Layer[] {
  const spot = Float32Array.of(...probe);
  const fan = taught.fan;
  const starts = Float32Array.from(fan, (_, i) => probe[i & 1]);
  return [
    { kind: "dots", role: "data", term: "data", at: data, radius: 1.4, opacity: 0.5 },
    { kind: "grid", role: "field", term: "taught", along: taught.field, across: cells, extent, opacity: 0.75 },
    { kind: "arrows", role, term: role, at: starts, along: fan, width: 1, headSize: 6, opacity: 0.5 },
    { kind: "arrows", role: "score", term: "score", at: spot, along: mean, headSize: 12 },
    { kind: "dots", role: "ink", at: spot, radius: 4.5 },
  ];
}
