// Which layer lies under the pointer, so that pointing at a mark lights up its word.
import type { GridArrows, Layer } from "./layers.ts";
import type { View } from "./view.ts";

const REACH = 9;

/** The term of the topmost layer with a mark within reach of pixel (px, py); null where there is none. */
export function termAt(layers: readonly Layer[], view: View, px: number, py: number): string | null {
  for (let k = layers.length - 1; k >= 0; k--) {
    const layer = layers[k];
    if (layer.term !== undefined && near(layer, view, px, py)) return layer.term;
  }
  return null;
}

/** The index of the point of `at` nearest to a pixel, if one is within `reach` pixels; -1 otherwise. */
export function nearestPoint(at: ArrayLike<number>, view: View, px: number, py: number, reach = REACH): number {
  let found = -1;
  let least = reach;
  for (let i = 0; i < at.length; i += 2) {
    const distance = Math.hypot(view.x(at[i]) - px, view.y(at[i + 1]) - py);
    if (distance <= least) [found, least] = [i / 2, distance];
  }
  return found;
}

function near(layer: Layer, view: View, px: number, py: number): boolean {
  if (layer.kind === "dots" || layer.kind === "paths") return nearestPoint(layer.at, view, px, py) >= 0;
  if (layer.kind === "grid") return inGrid(layer, view, px, py);
  if (layer.kind !== "arrows") return false;
  for (let i = 0; i < layer.at.length; i += 2) {
    const [x, y] = [view.x(layer.at[i]), view.y(layer.at[i + 1])];
    const [dx, dy] = [layer.along[i] * view.scale, -layer.along[i + 1] * view.scale];
    const part = Math.min(1, Math.max(0, ((px - x) * dx + (py - y) * dy) / (dx * dx + dy * dy || 1)));
    if (Math.hypot(px - x - part * dx, py - y - part * dy) <= REACH) return true;
  }
  return false;
}

/** Anywhere on the grid: its arrows fill it. */
function inGrid({ extent }: GridArrows, view: View, px: number, py: number): boolean {
  return view.back(px, py).every((value) => Math.abs(value) <= extent);
}
