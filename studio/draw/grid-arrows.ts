// The arrows of a field given on a grid: as many as there is room for, each within its own cell.
import type { GridArrows } from "./layers.ts";

const BANDS = 4;

/** Arrows of one strength. */
export type Band = { readonly opacity: number; readonly at: Float32Array; readonly along: Float32Array };

/** How many arrows apart those are that stand at least `gap` pixels from each other, at `scale` pixels a unit. */
export function strideOf({ across, extent, gap = 13 }: GridArrows, scale: number): number {
  return Math.max(1, Math.ceil(gap / (((2 * extent) / (across - 1)) * scale)));
}

/**
 * Every `every`-th arrow of the grid, centred on its place, in bands of strength. Lengths are bent so that far arrows
 * stay within their cell and near ones shrink to nothing.
 */
export function gridArrows({ along, across, extent, strength }: GridArrows, every = 1): Band[] {
  const cell = ((2 * extent) / (across - 1)) * every;
  const first = Math.floor(((across - 1) % every) / 2);
  const places: number[][] = Array.from({ length: BANDS }, () => []);
  const arrows: number[][] = Array.from({ length: BANDS }, () => []);
  for (let row = first; row < across; row += every) {
    for (let column = first; column < across; column += every) {
      const i = row * across + column;
      const length = Math.hypot(along[2 * i], along[2 * i + 1]);
      if (!(length > 0)) continue;
      const size = (0.9 * cell * Math.tanh(0.35 + 1.1 * length) * Math.min(1, 12 * length)) / length;
      const [dx, dy] = [along[2 * i] * size, along[2 * i + 1] * size];
      const x = extent * ((2 * column) / (across - 1) - 1);
      const y = extent * ((2 * row) / (across - 1) - 1);
      const band = strength ? Math.min(BANDS - 1, Math.floor(strength[i] * BANDS * 1.6)) : BANDS - 1;
      places[band].push(x - dx / 2, y - dy / 2);
      arrows[band].push(dx, dy);
    }
  }
  return places.map((at, band) => ({
    opacity: 0.32 + (0.68 * band) / (BANDS - 1),
    at: Float32Array.from(at),
    along: Float32Array.from(arrows[band]),
  }));
}
