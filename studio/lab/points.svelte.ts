// The data set that the state names, as points; and what there is to say when they are few, or all the same.
import { DriftfieldError } from "driftfield/core";
import { letters, ownPoints, shapeNamed, type PointSet } from "driftfield/shapes";
import { lab } from "../state/lab.svelte.ts";
import type { State } from "../state/fields.ts";

type Made = { set: PointSet | null; problem: string | null };

type Wanted = Pick<State, "data" | "count" | "seed" | "letters" | "drawn">;

function make({ data, count, seed, letters: text, drawn }: Wanted): Made {
  try {
    if (data === "drawn") {
      const pairs = Array.from({ length: drawn.length / 2 }, (_, i) => [drawn[2 * i], drawn[2 * i + 1]] as const);
      return { set: pairs.length > 0 ? ownPoints(pairs, "drawn") : null, problem: null };
    }
    if (count === 0) return { set: null, problem: null };
    const set = data === "letters" ? letters({ text, count, seed }) : shapeNamed(data, { count, seed });
    return { set, problem: null };
  } catch (error) {
    if (!(error instanceof DriftfieldError)) throw error;
    return { set: null, problem: `The data: ${error.message}. ${error.hint ?? ""}` };
  }
}

const none = new Float32Array(0);
const current = $derived(make(lab));
const points = $derived(current.set?.points.data ?? none);
const same = $derived(points.every((value, i) => value === points[i % 2]));

export const dataset = {
  /** (x0, y0, x1, y1, ...). */
  get points(): Float32Array {
    return points;
  },
  get count(): number {
    return points.length / 2;
  },
  /** The same with the curves that they were drawn from; null where there are no points. */
  get set(): PointSet | null {
    return current.set;
  },
  /** A clear sentence where the data are too few to show anything; null where they aren't. */
  get remark(): string | null {
    if (current.problem) return current.problem;
    if (points.length === 0) {
      if (lab.data === "drawn") return "There are no points yet: draw some in the scene “Data”.";
      return "There are no points: raise their number.";
    }
    if (!same) return null;
    const where = points.length === 2 ? "There is one point" : "All points are the same";
    return `${where}: at every noise level the field points at that one place.`;
  },
};
