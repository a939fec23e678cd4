// The field's picture: density, streamlines, arrows, and points noised to the same level.
import type { Layer } from "../../draw/layers.ts";
import { streamlines } from "../../draw/streamlines.ts";
import type { Role } from "../../draw/theme.ts";
import type { FieldOutput } from "../../lab/field.ts";
import type { State } from "../../state/fields.ts";

export type FieldGrid = { across: number; extent: number };

/** Every `every`-th arrow of the grid, its length bent so that far ones stay within their cell. */
export function gridArrows(field: FieldOutput, { across, extent }: FieldGrid, every: number) {
  const cell = ((2 * extent) / (across - 1)) * every;
  const at: number[] = [];
  const along: number[] = [];
  for (let row = Math.floor(every / 2); row < across; row += every) {
    for (let column = Math.floor(every / 2); column < across; column += every) {
      const i = 2 * (row * across + column);
      const length = Math.hypot(field.along[i], field.along[i + 1]);
      const bent = length > 0 ? (0.92 * cell * Math.tanh(0.35 + length * 1.1) * Math.min(1, length * 12)) / length : 0;
      const [dx, dy] = [field.along[i] * bent, field.along[i + 1] * bent];
      at.push(extent * ((2 * column) / (across - 1) - 1) - dx / 2, extent * ((2 * row) / (across - 1) - 1) - dy / 2);
      along.push(dx, dy);
    }
  }
  return { at: Float32Array.from(at), along: Float32Array.from(along) };
}

export function fieldLayers(
  field: FieldOutput | null, grid: FieldGrid, look: State["look"], role: Role, noised: Float32Array, data: Float32Array,
): Layer[] {
  const { across, extent } = grid;
  const layers: Layer[] = [];
  if (field && look.includes("density")) {
    const square = { left: -extent, bottom: -extent, size: 2 * extent };
    layers.push({ kind: "shades", role: "axis", term: "density", values: field.density, across, ...square });
  }
  if (field && look.includes("streamlines")) {
    const lines = streamlines({ along: field.along, across, left: -extent, bottom: -extent, size: 2 * extent });
    layers.push({ kind: "paths", role, term: "field", ...lines, width: 1, headed: true, opacity: 0.75 });
  }
  if (field && look.includes("arrows")) {
    const arrows = gridArrows(field, grid, 2);
    layers.push({ kind: "arrows", role, term: "field", ...arrows, width: 1.1, headSize: 4.5, opacity: 0.8 });
  }
  const radius = data.length > 4000 ? 1 : 1.8;
  layers.push({ kind: "dots", role: "data", term: "data", at: data, radius, opacity: 0.9 });
  if (look.includes("points")) {
    layers.push({ kind: "dots", role: "noise", term: "noised", at: noised, radius: 2, opacity: 0.75 });
  }
  return layers;
}
