// The data sets of the plane: each a function of how many points and a seed.
import { counterNormal, counterUniform } from "driftfield/random";
import type { State } from "../state/fields.ts";

type Shape = (count: number, seed: number) => Float32Array;

/** Uniform and normal numbers of one shape: (seed, a draw of its own). */
function uniform(count: number, seed: number, draw: number): Float32Array {
  return counterUniform({ seed, sample: 0, draw }, new Float32Array(count));
}

function jitter(points: Float32Array, seed: number, size: number): Float32Array {
  const noise = counterNormal({ seed, sample: 0, draw: 9 }, new Float32Array(points.length));
  return points.map((value, i) => value + size * noise[i]);
}

/** smalldiffusion's Swissroll: (t cos t, t sin t) / (5 pi), t from pi / 2 to 5.5 pi, evenly. */
const spiral: Shape = (count) =>
  gather(count, (u) => {
    const angle = Math.PI / 2 + u * 5 * Math.PI;
    return [(angle * Math.cos(angle)) / (5 * Math.PI), (angle * Math.sin(angle)) / (5 * Math.PI)];
  });

const moons: Shape = (count, seed) => {
  const upper = Math.ceil(count / 2);
  const points = gather(count, (_, i) => {
    const first = i < upper;
    const along = first ? i / Math.max(1, upper - 1) : (i - upper) / Math.max(1, count - upper - 1);
    const angle = Math.PI * along;
    const [x, y] = first ? [Math.cos(angle), Math.sin(angle)] : [1 - Math.cos(angle), 0.5 - Math.sin(angle)];
    return [(x - 0.5) * 0.75, (y - 0.25) * 0.9];
  });
  return jitter(points, seed, 0.025);
};

const rings: Shape = (count, seed) => {
  const inner = Math.floor(count / 3);
  const points = gather(count, (_, i) => {
    const angle = (2 * Math.PI * (i < inner ? i / Math.max(1, inner) : (i - inner) / (count - inner)));
    const radius = i < inner ? 0.4 : 1;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
  return jitter(points, seed, 0.015);
};

/** A tree of three generations, three branches at each fork, its points spread along all branches evenly. */
const tree: Shape = (count, seed) => {
  const branches: [number, number, number, number][] = [];
  const grow = (x: number, y: number, angle: number, length: number, left: number): void => {
    const [ex, ey] = [x + length * Math.cos(angle), y + length * Math.sin(angle)];
    branches.push([x, y, ex, ey]);
    if (left > 0) for (const turn of [-0.62, 0, 0.62]) grow(ex, ey, angle + turn, length * 0.68, left - 1);
  };
  grow(0, -1.1, Math.PI / 2, 0.78, 3);
  const lengths = branches.map(([x, y, ex, ey]) => Math.hypot(ex - x, ey - y));
  const total = lengths.reduce((a, b) => a + b, 0);
  const points = gather(count, (_, i) => {
    let along = ((i + 0.5) / count) * total;
    let k = 0;
    while (k < lengths.length - 1 && along > lengths[k]) along -= lengths[k++];
    const [x, y, ex, ey] = branches[k];
    const part = along / lengths[k];
    return [x + (ex - x) * part, y + (ey - y) * part];
  });
  return jitter(points, seed, 0.008);
};

function gather(count: number, at: (u: number, i: number) => readonly [number, number]): Float32Array {
  const points = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) points.set(at(count > 1 ? i / (count - 1) : 0, i), 2 * i);
  return points;
}

export const shapes: Record<Exclude<State["data"], "letters" | "drawn">, Shape> = { spiral, moons, rings, tree };

/** `count` of the places where `inside` is inked, spread evenly by a shuffled raster. */
export function spread(inked: readonly (readonly [number, number])[], count: number, seed: number): Float32Array {
  if (inked.length === 0) return new Float32Array(0);
  const chosen = uniform(count, seed, 1);
  const shift = uniform(2 * count, seed, 2);
  const cell = 1 / 220;
  return gather(count, (_, i) => {
    // One from each of `count` equal parts of the raster: even, and still not in rows.
    const at = Math.min(inked.length - 1, Math.floor(((i + chosen[i]) / count) * inked.length));
    const [x, y] = inked[at];
    return [x + cell * (shift[2 * i] - 0.5), y + cell * (shift[2 * i + 1] - 0.5)];
  });
}
