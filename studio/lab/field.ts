// The exact field of a data set on a grid, at one time: which way the data lie, and how dense the noised data are.
import { exactDenoiser } from "driftfield/diffusion";
import { levelAt } from "./level.ts";
import { streamlines, type Lines } from "./streamlines.ts";
import { thinned } from "./thinned.ts";
import type { Context } from "../worker/jobs.ts";

export type FieldInput = {
  /** (x0, y0, ...), at least one point. */
  points: Float32Array;
  t: number;
  /** Arrows in a row, and shades (as many, unless said): over [-extent, extent] in x and y, both ends included. */
  across: number;
  shades?: number;
  extent: number;
  /** Without the clock: the field of a network that isn't told t, the mean over all times. */
  blind?: boolean;
  /** Streamlines as well. */
  lines?: boolean;
};

export type FieldOutput = {
  /** sigma times minus the expected noise: from each place to the expected clean point's place, in the frame. */
  along: Float32Array;
  /** How likely the noised data are where the arrows stand, and where the shades do; over the greatest value. */
  strength: Float32Array;
  density: Float32Array;
  lines: Lines | null;
};

/** How many times stand for all of them. */
const TIMES = 33;

/** How many points the field without the clock is made of at most: it takes `TIMES` times as long. */
export const BLIND_POINTS = 1000;

export async function fieldJob(input: FieldInput, { breathe }: Pick<Context, "breathe">): Promise<FieldOutput> {
  const { points, t, across, shades = across, extent, blind = false } = input;
  if (blind) return blindField(input, breathe);
  const along = alongAt(points, t, gridOf(across, extent));
  return {
    along,
    lines: linesOf(along, input),
    strength: scaled(densityAt(points, t, across, extent)),
    density: scaled(densityAt(points, t, shades, extent)),
  };
}

/** The places of a grid, row by row from the bottom left. */
export function gridOf(across: number, extent: number): Float32Array {
  const at = new Float32Array(2 * across * across);
  for (let i = 0; i < across * across; i++) {
    at[2 * i] = extent * ((2 * (i % across)) / (across - 1) - 1);
    at[2 * i + 1] = extent * ((2 * Math.floor(i / across)) / (across - 1) - 1);
  }
  return at;
}

/** alpha E[x0 | x] - x at the places `at`: the whole predicted noise, taken away. */
export function alongAt(points: Float32Array, t: number, at: Float32Array): Float32Array {
  const level = levelAt(t);
  const denoise = exactDenoiser({ data: points, shape: [points.length / 2, 2] });
  const { data } = denoise({ data: at, shape: [at.length / 2, 2] }, level);
  return data.map((value, i) => level.alpha * value - at[i]);
}

/**
 * The noised data's density on the grid. A normal density in the plane is a product of two on a line, so the sum over
 * the points is a product of two matrices.
 */
export function densityAt(points: Float32Array, t: number, across: number, extent: number): Float64Array {
  const { alpha, sigma } = levelAt(t);
  const density = new Float64Array(across * across);
  const [ex, ey] = [new Float64Array(across), new Float64Array(across)];
  for (let p = 0; p < points.length; p += 2) {
    for (let i = 0; i < across; i++) {
      const place = extent * ((2 * i) / (across - 1) - 1);
      ex[i] = Math.exp(-(((place - alpha * points[p]) / sigma) ** 2) / 2);
      ey[i] = Math.exp(-(((place - alpha * points[p + 1]) / sigma) ** 2) / 2);
    }
    for (let row = 0; row < across; row++) {
      if (ey[row] < 1e-12) continue;
      for (let column = 0; column < across; column++) density[row * across + column] += ey[row] * ex[column];
    }
  }
  const whole = 2 * Math.PI * sigma * sigma * (points.length / 2);
  return density.map((value) => value / whole);
}

/**
 * E[noise | x] when the time is unknown and every time as likely: the fields of all times, each weighted by how dense
 * its noised data are at x. Drawn with the mean noise scale that goes with it.
 */
async function blindField(input: FieldInput, breathe: Context["breathe"]): Promise<FieldOutput> {
  const { across, shades = across, extent } = input;
  const points = thinned(input.points, BLIND_POINTS);
  const at = gridOf(across, extent);
  const along = new Float32Array(at.length);
  const strength = new Float64Array(across * across);
  const density = new Float64Array(shades * shades);
  for (let k = 0; k < TIMES; k++) {
    const t = k / (TIMES - 1);
    const here = alongAt(points, t, at);
    const weight = densityAt(points, t, across, extent);
    for (let i = 0; i < weight.length; i++) {
      strength[i] += weight[i] / TIMES;
      along[2 * i] += (weight[i] / TIMES) * here[2 * i];
      along[2 * i + 1] += (weight[i] / TIMES) * here[2 * i + 1];
    }
    densityAt(points, t, shades, extent).forEach((value, i) => (density[i] += value / TIMES));
    await breathe();
  }
  for (let i = 0; i < strength.length; i++) {
    const whole = strength[i] > 0 ? strength[i] : 1;
    along[2 * i] /= whole;
    along[2 * i + 1] /= whole;
  }
  return { along, lines: linesOf(along, input), strength: scaled(strength), density: scaled(density) };
}

function linesOf(along: Float32Array, { across, extent, lines = false }: FieldInput): Lines | null {
  return lines ? streamlines({ along, across, left: -extent, bottom: -extent, size: 2 * extent }) : null;
}

/** Over the greatest value, with a root so that thin places are seen. */
function scaled(density: Float64Array): Float32Array {
  const most = density.reduce((a, b) => Math.max(a, b), 0);
  return Float32Array.from(density, (value) => (most > 0 ? Math.sqrt(value / most) : 0));
}
