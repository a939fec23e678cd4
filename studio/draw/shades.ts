// Paints a grid of values as smooth shades: a small picture of one pixel a value, enlarged by the canvas.
import type { Shades } from "./layers.ts";
import type { Canvas } from "./paint.ts";
import type { Theme } from "./theme.ts";
import type { View } from "./view.ts";

let small: HTMLCanvasElement | undefined;

export function paintShades(canvas: Canvas, view: View, layer: Shades, theme: Theme): void {
  const { across, values, left, bottom, size } = layer;
  small ??= document.createElement("canvas");
  small.width = small.height = across;
  const pen = small.getContext("2d")!;
  const picture = pen.createImageData(across, across);
  for (let row = 0; row < across; row++) {
    for (let column = 0; column < across; column++) {
      put(picture.data, 4 * ((across - 1 - row) * across + column), values[row * across + column], theme.ramp);
    }
  }
  pen.putImageData(picture, 0, 0);
  canvas.imageSmoothingEnabled = true;
  canvas.imageSmoothingQuality = "low"; // bilinear: the values are smooth, and better ones cost 5 ms
  const pixels = size * view.scale;
  canvas.drawImage(small, view.x(left), view.y(bottom) - pixels, pixels, pixels);
}

/** The ramp's colour at `value`, see-through where there is next to nothing. */
function put(pixels: Uint8ClampedArray, at: number, value: number, ramp: Theme["ramp"]): void {
  const along = Math.min(1, Math.max(0, value)) * (ramp.length - 1);
  const lower = Math.min(ramp.length - 2, Math.floor(along));
  const part = along - lower;
  for (let c = 0; c < 3; c++) pixels[at + c] = ramp[lower][c] * (1 - part) + ramp[lower + 1][c] * part;
  pixels[at + 3] = 255;
}
