// The field's picture: density, streamlines, arrows, and points noised to the same level.
import type { Layer } from "../../draw/layers.ts";
import type { Role } from "../../draw/theme.ts";
import type { FieldOutput } from "../../lab/field.ts";
import type { State } from "../../state/fields.ts";

export type FieldGrid = { across: number; shades: number; extent: number };

export function fieldLayers(
  field: FieldOutput | null, grid: FieldGrid, look: State["look"], role: Role, noised: Float32Array, data: Float32Array,
): Layer[] {
  const { across, shades, extent } = grid;
  const layers: Layer[] = [];
  if (field && look.includes("density")) {
    const square = { left: -extent, bottom: -extent, size: 2 * extent };
    layers.push({ kind: "shades", role: "axis", term: "density", values: field.density, across: shades, ...square });
  }
  if (field?.lines && look.includes("streamlines")) {
    layers.push({ kind: "paths", role, term: "field", ...field.lines, width: 1, headed: true, opacity: 0.75 });
  }
  if (field && look.includes("arrows")) {
    const { along, strength } = field;
    layers.push({ kind: "grid", role, term: "field", along, across, extent, strength });
  }
  const radius = data.length > 4000 ? 1 : 1.8;
  layers.push({ kind: "dots", role: "data", term: "data", at: data, radius, opacity: 0.9 });
  if (look.includes("points")) {
    layers.push({ kind: "dots", role: "noise", term: "noised", at: noised, radius: 2, opacity: 0.75 });
  }
  return layers;
}
