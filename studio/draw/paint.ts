// Paints layers on a canvas: one path for all marks of a layer, so that a thousand arrows cost what one does.
import { gridArrows, strideOf } from "./grid-arrows.ts";
import type { Arrows, Dots, GridArrows, Label, Layer, Paths } from "./layers.ts";
import { paintShades } from "./shades.ts";
import type { Theme } from "./theme.ts";
import type { View } from "./view.ts";

export type Canvas = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** What is left of a layer while another one is pointed at. */
const DIMMED = 0.22;

/** Clears the canvas and paints `layers` in order; `lit` is the term that is pointed at. */
export function paint(canvas: Canvas, view: View, layers: readonly Layer[], theme: Theme, lit: string | null): void {
  canvas.fillStyle = theme.ground;
  canvas.fillRect(0, 0, view.width, view.height);
  const spoken = lit !== null && layers.some(({ term }) => term === lit);
  for (const layer of layers) {
    canvas.save();
    canvas.globalAlpha = (layer.opacity ?? 1) * (spoken && layer.term !== lit ? DIMMED : 1);
    const look = theme.looks[layer.role];
    canvas.strokeStyle = canvas.fillStyle = look.color;
    canvas.lineWidth = look.width;
    canvas.lineJoin = canvas.lineCap = "round";
    canvas.setLineDash([...look.dash]);
    if (layer.kind === "shades") paintShades(canvas, view, layer, theme);
    else if (layer.kind === "arrows") paintArrows(canvas, view, layer, theme);
    else if (layer.kind === "grid") paintGrid(canvas, view, layer, theme);
    else if (layer.kind === "dots") paintDots(canvas, view, layer);
    else if (layer.kind === "paths") paintPaths(canvas, view, layer);
    else paintLabel(canvas, view, layer, theme);
    canvas.restore();
  }
}

function paintArrows(canvas: Canvas, view: View, layer: Arrows, theme: Theme): void {
  const { head } = theme.looks[layer.role];
  const { at, along } = layer;
  if (layer.width !== undefined) canvas.lineWidth = layer.width;
  const size = layer.headSize ?? 9;
  const shafts = new Path2D();
  const heads = head === "open" && canvas.getLineDash().length === 0 ? shafts : new Path2D();
  for (let i = 0; i < at.length; i += 2) {
    const [x, y] = [view.x(at[i]), view.y(at[i + 1])];
    const [dx, dy] = [along[i] * view.scale, -along[i + 1] * view.scale];
    const length = Math.hypot(dx, dy);
    if (!(length > 0.4)) continue;
    const [ux, uy] = [dx / length, dy / length];
    const tip = Math.min(size, length * 0.6);
    const [ex, ey] = [x + dx, y + dy];
    const short = head === "filled" ? tip * 0.8 : 0;
    shafts.moveTo(x, y);
    shafts.lineTo(ex - ux * short, ey - uy * short);
    addHead(heads, head, ex, ey, ux, uy, tip);
  }
  canvas.stroke(shafts);
  canvas.setLineDash([]);
  if (head === "filled" || head === "dot") canvas.fill(heads);
  else if (heads !== shafts) canvas.stroke(heads);
}

function paintGrid(canvas: Canvas, view: View, layer: GridArrows, theme: Theme): void {
  const whole = canvas.globalAlpha;
  const every = strideOf(layer, view.scale);
  const cell = ((2 * layer.extent) / (layer.across - 1)) * every * view.scale;
  for (const { opacity, at, along } of gridArrows(layer, every)) {
    canvas.globalAlpha = whole * opacity;
    canvas.lineCap = "butt"; // at such widths round ends are only slower
    canvas.lineJoin = "miter";
    // Up to one pixel the canvas has a quick way for lines: nine times as quick for a thousand arrows.
    const width = Math.min(1, 0.7 + cell / 40);
    paintArrows(canvas, view, { kind: "arrows", role: layer.role, at, along, width, headSize: cell * 0.3 }, theme);
  }
}

function addHead(
  path: Path2D, head: string, x: number, y: number, ux: number, uy: number, size: number,
): void {
  const side = size * (head === "filled" ? 0.42 : 0.5);
  const [bx, by] = [x - ux * size, y - uy * size];
  if (head === "dot") {
    path.moveTo(x + size * 0.3, y);
    path.arc(x, y, size * 0.3, 0, 2 * Math.PI);
  } else if (head === "bar") {
    path.moveTo(x - uy * side, y + ux * side);
    path.lineTo(x + uy * side, y - ux * side);
  } else if (head !== "none") {
    path.moveTo(bx - uy * side, by + ux * side);
    path.lineTo(x, y);
    path.lineTo(bx + uy * side, by - ux * side);
    if (head === "filled") path.closePath();
  }
}

function paintDots(canvas: Canvas, view: View, { at, radius = 3, hollow = false }: Dots): void {
  const path = new Path2D();
  for (let i = 0; i < at.length; i += 2) {
    const [x, y] = [view.x(at[i]), view.y(at[i + 1])];
    path.moveTo(x + radius, y);
    path.arc(x, y, radius, 0, 2 * Math.PI);
  }
  if (hollow) canvas.stroke(path);
  else canvas.fill(path);
}

function paintPaths(canvas: Canvas, view: View, layer: Paths): void {
  const { at, starts, fading = false, headed = false } = layer;
  if (layer.width !== undefined) canvas.lineWidth = layer.width;
  const pieces = fading ? 6 : 1;
  const alpha = canvas.globalAlpha;
  for (let piece = 0; piece < pieces; piece++) {
    const path = new Path2D();
    starts.forEach((start, k) => {
      const end = starts[k + 1] ?? at.length / 2;
      const from = start + Math.floor(((end - start) * piece) / pieces);
      const to = Math.min(end, start + Math.floor(((end - start) * (piece + 1)) / pieces) + 1);
      if (to - from < 2) return;
      path.moveTo(view.x(at[2 * from]), view.y(at[2 * from + 1]));
      for (let i = from + 1; i < to; i++) path.lineTo(view.x(at[2 * i]), view.y(at[2 * i + 1]));
    });
    canvas.globalAlpha = (alpha * (piece + 1)) / pieces;
    canvas.stroke(path);
  }
  canvas.globalAlpha = alpha;
  if (headed) paintMiddles(canvas, view, at, starts);
}

function paintMiddles(canvas: Canvas, view: View, at: Float32Array, starts: readonly number[]): void {
  const heads = new Path2D();
  starts.forEach((start, k) => {
    const end = starts[k + 1] ?? at.length / 2;
    const middle = Math.floor((start + end) / 2);
    if (middle + 1 >= end) return;
    const [x, y] = [view.x(at[2 * middle]), view.y(at[2 * middle + 1])];
    const [dx, dy] = [view.x(at[2 * middle + 2]) - x, view.y(at[2 * middle + 3]) - y];
    const length = Math.hypot(dx, dy);
    if (length > 0.05) addHead(heads, "open", x, y, dx / length, dy / length, 5);
  });
  canvas.setLineDash([]);
  canvas.stroke(heads);
}

function paintLabel(
  canvas: Canvas, view: View, { x, y, text, align = "center", upright = false }: Label, theme: Theme,
): void {
  canvas.font = '12px "Inter", sans-serif';
  canvas.textAlign = align;
  canvas.textBaseline = "middle";
  canvas.translate(view.x(x), view.y(y));
  if (upright) canvas.rotate(-Math.PI / 2);
  // A rim of the ground's colour keeps it readable over dots and arrows.
  canvas.strokeStyle = theme.ground;
  canvas.lineWidth = 4;
  canvas.strokeText(text, 0, 0);
  canvas.fillText(text, 0, 0);
}
