// Puts a transparent picture on a background: what training sees, and what a judge compares with.
import type { Rgb } from "./background.ts";

/**
 * Composes one straight RGBA picture over a colour, mirrored left to right if `flip`.
 * `rgba` holds size * size * 4 bytes, `out` receives size * size * 3 bytes, both row by row.
 */
export function compose(rgba: Uint8Array, background: Rgb, flip: boolean, out: Uint8Array): void {
  const pixels = rgba.length / 4;
  const size = Math.sqrt(pixels);
  if (!Number.isInteger(size) || out.length !== pixels * 3) {
    throw new RangeError(`compose: ${rgba.length} bytes RGBA and ${out.length} bytes RGB aren't one square picture`);
  }
  const [r, g, b] = background;
  for (let y = 0, to = 0; y < size; y++) {
    for (let x = 0; x < size; x++, to += 3) {
      const from = (y * size + (flip ? size - 1 - x : x)) * 4;
      const alpha = rgba[from + 3];
      const rest = 255 - alpha;
      // Rounded to nearest: (a * c + (255 - a) * k) / 255.
      out[to] = (rgba[from] * alpha + r * rest + 127) / 255;
      out[to + 1] = (rgba[from + 1] * alpha + g * rest + 127) / 255;
      out[to + 2] = (rgba[from + 2] * alpha + b * rest + 127) / 255;
    }
  }
}
