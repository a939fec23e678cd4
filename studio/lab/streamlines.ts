// Streamlines of a field given on a grid: lines that follow the arrows, kept apart from each other.
import type { Paths } from "../draw/layers.ts";

export type Grid = {
  /** Arrows (x, y) row by row from the bottom left, `across` in each row. */
  readonly along: Float32Array;
  readonly across: number;
  readonly left: number;
  readonly bottom: number;
  readonly size: number;
};

export type Lines = Pick<Paths, "at" | "starts">;

const STEP = 0.35; // in cells
const LONGEST = 220;
const APART = 0.9; // in cells

/**
 * Lines through the grid, seeded along a coarse lattice in a fixed order; one ends where it would come near another
 * (after Jobard and Lefer 1997, with a raster of occupied cells in place of distances).
 */
export function streamlines(grid: Grid): Lines {
  const fine = Math.round(grid.across / APART);
  const taken = new Int32Array(fine * fine);
  const at: number[] = [];
  const starts: number[] = [];
  let line = 0;
  for (const [x, y] of seeds(grid.across)) {
    line++;
    if (!isFree(taken, fine, grid.across, x, y)) continue;
    const ahead = follow(grid, taken, fine, line, x, y, 1);
    const behind = follow(grid, taken, fine, line, x, y, -1);
    const whole = [...behind.reverse(), [x, y] as const, ...ahead];
    if (whole.length < 12) continue;
    starts.push(at.length / 2);
    for (const [u, v] of whole) at.push(toPlane(grid, grid.left, u), toPlane(grid, grid.bottom, v));
  }
  return { at: Float32Array.from(at), starts };
}

const toPlane = (grid: Grid, from: number, cells: number) => from + (cells * grid.size) / (grid.across - 1);

/** A lattice's places, those in the middle of gaps last, so that long lines come first. */
function* seeds(across: number): Generator<readonly [number, number]> {
  for (const gap of [4, 2, 1]) {
    for (let row = gap / 2; row < across - 1; row += gap) {
      for (let column = gap / 2; column < across - 1; column += gap) yield [column, row];
    }
  }
}

function follow(
  grid: Grid, taken: Int32Array, fine: number, line: number, x: number, y: number, sign: number,
): (readonly [number, number])[] {
  const points: (readonly [number, number])[] = [];
  let [u, v] = [x, y];
  for (let i = 0; i < LONGEST; i++) {
    const first = direction(grid, u, v);
    if (first === null) break;
    const middle = direction(grid, u + (sign * STEP * first[0]) / 2, v + (sign * STEP * first[1]) / 2);
    if (middle === null) break;
    u += sign * STEP * middle[0];
    v += sign * STEP * middle[1];
    const held = owner(taken, fine, grid.across, u, v);
    if (held < 0 || (held !== 0 && held !== line)) break;
    claim(taken, fine, grid.across, u, v, line);
    points.push([u, v]);
  }
  return points;
}

/** The unit direction at (u, v) in cells, between the grid's four corners; null outside and where there's no arrow. */
function direction({ along, across }: Grid, u: number, v: number): readonly [number, number] | null {
  if (!(u >= 0 && v >= 0 && u <= across - 1 && v <= across - 1)) return null;
  const [column, row] = [Math.min(across - 2, Math.floor(u)), Math.min(across - 2, Math.floor(v))];
  const [a, b] = [u - column, v - row];
  const corner = 2 * (row * across + column);
  const mix = (c: number) =>
    (1 - b) * ((1 - a) * along[corner + c] + a * along[corner + 2 + c]) +
    b * ((1 - a) * along[corner + 2 * across + c] + a * along[corner + 2 * across + 2 + c]);
  const [dx, dy] = [mix(0), mix(1)];
  const length = Math.hypot(dx, dy);
  return length > 1e-5 ? [dx / length, dy / length] : null;
}

function place(fine: number, across: number, u: number, v: number): number {
  const column = Math.floor((u / (across - 1)) * fine);
  const row = Math.floor((v / (across - 1)) * fine);
  return column < 0 || row < 0 || column >= fine || row >= fine ? -1 : row * fine + column;
}

function owner(taken: Int32Array, fine: number, across: number, u: number, v: number): number {
  const at = place(fine, across, u, v);
  return at < 0 ? -1 : taken[at];
}

/** Whether no line runs through (u, v) or next to it. */
function isFree(taken: Int32Array, fine: number, across: number, u: number, v: number): boolean {
  const cell = (across - 1) / fine;
  const near = [-cell, 0, cell];
  return near.every((up) => near.every((on) => owner(taken, fine, across, u + on, v + up) <= 0));
}

function claim(taken: Int32Array, fine: number, across: number, u: number, v: number, line: number): void {
  const at = place(fine, across, u, v);
  if (at >= 0) taken[at] = line;
}
