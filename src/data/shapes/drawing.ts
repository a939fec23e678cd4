// Data of one's own: points as they are, or strokes of a brush that become points along them.
import { DriftfieldError } from "../../core/index.ts";
import { along } from "./curves.ts";
import { planeTensor, type PointSet, type ShapeOptions } from "./point-set.ts";

const MOST = 100_000;

/**
 * A data set of these points (x, y), 1 to 100,000. All equal is fine: a data set of one point.
 * @throws DriftfieldError "invalid_option" for none, too many, or a coordinate that isn't a finite number
 */
export function ownPoints(points: readonly (readonly [number, number])[], name = "own"): PointSet {
  if (points.length === 0 || points.length > MOST) {
    throw unusable(`${points.length} points`, `1 to ${MOST} points`, "Draw at least one point.");
  }
  const bad = points.findIndex(([x, y]) => !Number.isFinite(x) || !Number.isFinite(y));
  if (bad >= 0) throw unusable(`point ${bad}: [${points[bad]}]`, "two finite numbers a point", "Leave that point out.");
  return { name, points: planeTensor(Float32Array.from(points.flatMap(([x, y]) => [x, y]))), curves: [] };
}

/**
 * `count` points at even distances along strokes of a brush (lists of points), spread by `noise` as a brush is wide.
 * @throws DriftfieldError "invalid_option" as `ownPoints` does, and for strokes without a point
 */
export function ownStrokes(
  strokes: readonly (readonly (readonly [number, number])[])[],
  { count = 200, seed = 0, noise = 0.02 }: ShapeOptions = {},
): PointSet {
  const drawn = strokes.filter((stroke) => stroke.length > 0);
  ownPoints(drawn.flat());
  return along("own", drawn.map((stroke) => Float32Array.from(stroke.flatMap(([x, y]) => [x, y]))), {
    count,
    seed,
    noise,
  });
}

function unusable(received: string, expected: string, hint: string): DriftfieldError {
  return new DriftfieldError("invalid_option", `a data set needs ${expected}, got ${received}`, {
    path: "points",
    received,
    expected,
    hint,
  });
}
