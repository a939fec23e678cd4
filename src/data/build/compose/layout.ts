// Where the parts of a composition go: a hat on the crown of a head, glasses on the eyes, two things side by side.
import { createCanvas, drawOver, measureShape, type Shape } from "../canvas.ts";
import type { Wear } from "./parts.ts";

/** Draws a part at any size: straight RGBA of side * side pixels. */
export type Part = { draw: (side: number) => Promise<Uint8Array>; shape: Shape };

const MARGIN = 0.03;

/** A part with its shape measured; null when nothing of it is opaque. */
export async function openPart(draw: (side: number) => Promise<Uint8Array | null>): Promise<Part | null> {
  const probe = await draw(192);
  const shape = probe && measureShape(probe);
  return shape === null ? null : { draw: draw as Part["draw"], shape };
}

/** What is put on a head. */
export type Worn = { hat?: { part: Part; wear: Wear }; glasses?: Part; eyesOnTop?: boolean };

/** Draws a head with what it wears; `scale` is the head's side as a part of the canvas, smaller when it must be. */
export async function drawHead(size: number, head: Part, worn: Worn, scale: number): Promise<Uint8Array> {
  const shape = worn.eyesOnTop ? { ...head.shape, crown: head.shape.top } : head.shape;
  const hat = worn.hat && hatBox(shape, worn.hat.part.shape, worn.hat.wear);
  const left = Math.min(shape.left, hat?.left ?? 1);
  const right = Math.max(shape.right, hat?.right ?? 0);
  const top = Math.min(shape.top, hat?.top ?? 1);
  const room = 1 - 2 * MARGIN;
  const fit = Math.min(scale, room / (shape.bottom - top), room / (right - left));
  const side = Math.round(fit * size);
  // The whole stands in the middle, a little low.
  const x = Math.round(size / 2 - ((left + right) / 2) * side);
  const free = size - (shape.bottom - top) * side;
  const y = Math.round(free * 0.55 - top * side);

  const canvas = createCanvas(size);
  drawOver(canvas, await head.draw(side), side, x, y);
  if (worn.glasses) {
    const eyes = eyesBox(shape, worn.glasses.shape, worn.eyesOnTop ? 0.18 : 0.42);
    const width = Math.max(8, Math.round(eyes.side * side));
    const picture = await worn.glasses.draw(width);
    drawOver(canvas, picture, width, Math.round(x + eyes.x * side), Math.round(y + eyes.y * side));
  }
  if (worn.hat && hat) {
    const width = Math.max(8, Math.round(hat.side * side));
    const picture = await worn.hat.part.draw(width);
    drawOver(canvas, picture, width, Math.round(x + hat.x * side), Math.round(y + hat.y * side));
  }
  return canvas.rgba;
}

type Box = { x: number; y: number; side: number; left: number; right: number; top: number };

/** The hat's square in units of the head's side. */
function hatBox(head: Shape, hat: Shape, wear: Wear): Box {
  const side = (head.width * wear.width) / (hat.right - hat.left);
  const x = head.middle - ((hat.left + hat.right) / 2) * side;
  const height = (hat.bottom - hat.top) * side;
  const y = head.crown + height * wear.sink - hat.bottom * side;
  return { x, y, side, left: x + hat.left * side, right: x + hat.right * side, top: y + hat.top * side };
}

/** The square of sunglasses in units of the head's side; `down` is how far the eyes are below the crown. */
function eyesBox(head: Shape, glasses: Shape, down: number): { x: number; y: number; side: number } {
  const side = (head.width * 0.8) / (glasses.right - glasses.left);
  const height = head.bottom - head.crown;
  return {
    x: head.middle - ((glasses.left + glasses.right) / 2) * side,
    y: head.crown + height * down - ((glasses.top + glasses.bottom) / 2) * side,
    side,
  };
}

/** Draws two parts side by side, both about half the canvas wide. */
export async function drawPair(size: number, left: Part, right: Part): Promise<Uint8Array> {
  const canvas = createCanvas(size);
  const room = 0.47 * size;
  for (const [at, { draw, shape }] of [left, right].entries()) {
    const extent = Math.max(shape.right - shape.left, (shape.bottom - shape.top) * 0.8);
    const side = Math.min(Math.round(room / extent), Math.round(size * 0.75));
    const centre = size * (at === 0 ? 0.255 : 0.745);
    const x = Math.round(centre - ((shape.left + shape.right) / 2) * side);
    const y = Math.round(size / 2 - ((shape.top + shape.bottom) / 2) * side);
    drawOver(canvas, await draw(side), side, x, y);
  }
  return canvas.rgba;
}
