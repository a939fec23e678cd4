// Drawing a data set with a brush: points are laid along the stroke, and an eraser takes away what it meets.
import { MOST_DRAWN, onRaster } from "../../state/points.ts";

const GAP = 0.045;
const ERASER = 0.14;

export type Stroke = { x: number; y: number; left: number };

/** Points along the way from `stroke` to (x, y), one every 0.045 of the plane; `stroke` moves on. */
export function drawTo(drawn: readonly number[], stroke: Stroke, x: number, y: number): number[] {
  const next = [...drawn];
  const [dx, dy] = [x - stroke.x, y - stroke.y];
  const length = Math.hypot(dx, dy);
  let at = stroke.left;
  for (; at <= length && next.length < 2 * MOST_DRAWN; at += GAP) {
    const part = length > 0 ? at / length : 0;
    next.push(onRaster(stroke.x + part * dx), onRaster(stroke.y + part * dy));
  }
  [stroke.x, stroke.y, stroke.left] = [x, y, at - length];
  return next;
}

/** What is left when everything near (x, y) is taken away. */
export function eraseAt(drawn: readonly number[], x: number, y: number): number[] {
  const kept: number[] = [];
  for (let i = 0; i < drawn.length; i += 2) {
    if (Math.hypot(drawn[i] - x, drawn[i + 1] - y) > ERASER) kept.push(drawn[i], drawn[i + 1]);
  }
  return kept;
}
