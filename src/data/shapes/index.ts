// driftfield/shapes: data sets of the plane, for the field lab. Runs in a page; imports core and random only.
import { DriftfieldError, nearestNames } from "../../core/index.ts";
import { moons, rings, tree } from "./curves.ts";
import { letters } from "./letters.ts";
import type { PointSet, ShapeOptions } from "./point-set.ts";
import { spiral, spiralClasses } from "./spiral.ts";

export { moons, rings, tree } from "./curves.ts";
export { ownPoints, ownStrokes } from "./drawing.ts";
export { letters } from "./letters.ts";
export type { PointSet, Polyline, ShapeOptions } from "./point-set.ts";
export { distanceTo } from "./polyline.ts";
export { slicedWasserstein, type Sliced } from "./sliced.ts";
export { spiral, SPIRAL_CLASSES, spiralClasses } from "./spiral.ts";

const shapes = { spiral, classes: spiralClasses, moons, rings, tree, letters } as const;

/** Every shape by its name. "classes" is the spiral in three classes. */
export const shapeNames = Object.keys(shapes) as (keyof typeof shapes)[];
export type ShapeName = (typeof shapeNames)[number];

/**
 * The shape `name`.
 * @throws DriftfieldError "invalid_option" for an unknown name, with the nearest; options as theirs
 */
export function shapeNamed(name: string, options: ShapeOptions = {}): PointSet {
  if (Object.hasOwn(shapes, name)) return shapes[name as ShapeName](options);
  const [nearest] = nearestNames(name, shapeNames);
  throw new DriftfieldError("invalid_option", `there is no shape ${JSON.stringify(name)}`, {
    path: "data",
    received: name,
    expected: shapeNames.join(", "),
    hint: nearest ? `did you mean ${nearest}?` : `the shapes are ${shapeNames.join(", ")}`,
  });
}
