// Puts transparent pictures on a transparent canvas: straight RGBA over straight RGBA, at whole pixels.

export type Canvas = { readonly size: number; readonly rgba: Uint8Array };

export function createCanvas(size: number): Canvas {
  return { size, rgba: new Uint8Array(size * size * 4) };
}

/** Draws a square picture of `side` pixels with its top left corner at (x, y); what hangs over is cut. */
export function drawOver(canvas: Canvas, picture: Uint8Array, side: number, x: number, y: number): void {
  const { size, rgba } = canvas;
  for (let row = Math.max(0, -y); row < side && y + row < size; row++) {
    for (let column = Math.max(0, -x); column < side && x + column < size; column++) {
      const from = (row * side + column) * 4;
      const over = picture[from + 3] / 255;
      if (over === 0) continue;
      const to = ((y + row) * size + x + column) * 4;
      const under = (rgba[to + 3] / 255) * (1 - over);
      const alpha = over + under;
      for (let c = 0; c < 3; c++) rgba[to + c] = Math.round((picture[from + c] * over + rgba[to + c] * under) / alpha);
      rgba[to + 3] = Math.round(alpha * 255);
    }
  }
}

/** Where a picture is opaque, in fractions of its side. */
export type Shape = {
  left: number;
  right: number;
  top: number;
  bottom: number;
  /** The top of the head: the first opaque row near the middle, below ears that stick out. */
  crown: number;
  /** The middle of what is opaque. */
  middle: number;
  /** The width of the head, a quarter of the way down from the crown. */
  width: number;
};

/** Measures the opaque part (alpha over a half) of a square picture; null when nothing is opaque. */
export function measureShape(rgba: Uint8Array): Shape | null {
  const side = Math.sqrt(rgba.length / 4);
  const opaque = (x: number, y: number): boolean => rgba[(y * side + x) * 4 + 3] > 127;
  let [left, right, top, bottom] = [side, -1, side, -1];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      if (!opaque(x, y)) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  if (right < 0) return null;
  const middle = (left + right + 1) / 2;
  // The crown is where most of a narrow band around the middle has become opaque.
  const half = Math.max(1, Math.round((right - left) * 0.07));
  const centre = Math.round(middle);
  let crown = top;
  for (; crown < bottom; crown++) {
    let filled = 0;
    for (let x = centre - half; x < centre + half; x++) if (opaque(x, crown)) filled++;
    if (filled >= half * 1.6) break;
  }
  const level = Math.round(crown + (bottom - crown) * 0.25);
  let [from, to] = [side, -1];
  for (let x = 0; x < side; x++) {
    if (!opaque(x, level)) continue;
    from = Math.min(from, x);
    to = Math.max(to, x);
  }
  return {
    left: left / side,
    right: (right + 1) / side,
    top: top / side,
    bottom: (bottom + 1) / side,
    crown: crown / side,
    middle: middle / side,
    width: (Math.max(0, to - from) + 1) / side,
  };
}
