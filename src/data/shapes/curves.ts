// Shapes that are lines: two moons, rings, a tree. Points lie at even distances along them, with noise where asked.
import { checkShapeOptions, jitter, planeTensor, type PointSet, type Polyline, type ShapeOptions } from "./point-set.ts";
import { walk } from "./polyline.ts";

const SEGMENTS = 96;

function arc(cx: number, cy: number, radius: number, from: number, to: number): Polyline {
  const line = new Float32Array(2 * (SEGMENTS + 1));
  for (let i = 0; i <= SEGMENTS; i++) {
    const t = from + ((to - from) * i) / SEGMENTS;
    line.set([cx + radius * Math.cos(t), cy + radius * Math.sin(t)], 2 * i);
  }
  return line;
}

/** Points along `curves`; class k is curve k's where `classNames` are given. */
export function along(
  name: string,
  curves: readonly Polyline[],
  { count, seed, noise }: Required<ShapeOptions>,
): PointSet {
  checkShapeOptions({ count, noise });
  return { name, points: planeTensor(jitter(walk(curves, count), noise, seed)), curves };
}

/** Two half circles that reach into each other (scikit-learn's make_moons, centred and scaled by 0.7). */
export function moons({ count = 256, seed = 0, noise = 0.03 }: ShapeOptions = {}): PointSet {
  const upper = arc(-0.35, -0.175, 0.7, 0, Math.PI);
  const lower = arc(0.35, 0.175, 0.7, Math.PI, 2 * Math.PI);
  return along("moons", [upper, lower], { count, seed, noise });
}

/** Two circles about one centre, of radius 0.5 and 1. */
export function rings({ count = 200, seed = 0, noise = 0 }: ShapeOptions = {}): PointSet {
  return along("rings", [arc(0, 0, 0.5, 0, 2 * Math.PI), arc(0, 0, 1, 0, 2 * Math.PI)], { count, seed, noise });
}

/**
 * A tree with its root in the middle and its leaves on the circle of radius 1: three branches at each of three levels
 * (smalldiffusion's TreeDataset). Every branch is there once, so that points lie evenly.
 */
export function tree({ count = 300, seed = 0, noise = 0 }: ShapeOptions = {}): PointSet {
  const [branches, depth] = [3, 3];
  const leaves = branches ** depth;
  const node = (level: number, branch: number): [number, number] => {
    const group = branches ** (depth - level); // leaves below one node of this level
    const angle = ((branch * group + (group - 1) / 2) * 2 * Math.PI) / leaves;
    return level === 0 ? [0, 0] : [(level / depth) * Math.cos(angle), (level / depth) * Math.sin(angle)];
  };
  const lines = Array.from({ length: depth }, (_, i) => i + 1).flatMap((level) =>
    Array.from({ length: branches ** level }, (_, branch) =>
      Float32Array.from([...node(level - 1, Math.floor(branch / branches)), ...node(level, branch)]),
    ),
  );
  return along("tree", lines, { count, seed, noise });
}
