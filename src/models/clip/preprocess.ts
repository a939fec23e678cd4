// Pictures as CLIP reads them: the shortest edge to the model's size, the middle cut out; bicubic with the kernel
// widened when shrinking (PIL's antialiasing), in two passes with 8-bit values in between.
import type { RgbImage } from "../types.ts";

const CUBIC = -0.5; // Keys 1981, a = -1/2: PIL's choice

/** How much a pixel at a distance counts; nothing from `support` on. */
type Kernel = { support: number; at(distance: number): number };

const bicubic: Kernel = {
  support: 2,
  at(distance) {
    const x = Math.abs(distance);
    if (x < 1) return ((CUBIC + 2) * x - (CUBIC + 3)) * x * x + 1;
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * CUBIC : 0;
  },
};

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

/** diffusers resizes pictures by this one. */
export const lanczos: Kernel = {
  support: 3,
  at: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0),
};

/** Weights are whole numbers of this unit, as PIL has them (22 bits), so that the bytes are PIL's own. */
const ONE = 2 ** 22;

type Tap = { first: number; weights: number[] };

/** For each of `to` places, which of `from` places it is made of, and how much of each. */
function taps(from: number, to: number, { support, at }: Kernel): Tap[] {
  const scale = from / to;
  const stretch = Math.max(1, scale);
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - support * stretch + 0.5));
    const last = Math.min(from, Math.floor(centre + support * stretch + 0.5));
    const weights = Array.from({ length: last - first }, (_, k) => at((first + k + 0.5 - centre) / stretch));
    const total = weights.reduce((a, b) => a + b, 0);
    return { first, weights: weights.map((weight) => Math.round((weight / total) * ONE)) };
  });
}

const toByte = (value: number): number => Math.min(255, Math.max(0, Math.round(value / ONE)));

/** Resizes an RGB picture by rows and columns. */
export function resize(picture: RgbImage, toWidth: number, toHeight: number, kernel = bicubic): RgbImage {
  const { width, height, data } = picture;
  if (width === toWidth && height === toHeight) return picture;
  const across = new Uint8Array(toWidth * height * 3);
  taps(width, toWidth, kernel).forEach(({ first, weights }, x) => {
    for (let y = 0; y < height; y++) {
      for (let c = 0; c < 3; c++) {
        let value = 0;
        for (let k = 0; k < weights.length; k++) value += weights[k] * data[(y * width + first + k) * 3 + c];
        across[(y * toWidth + x) * 3 + c] = toByte(value);
      }
    }
  });
  const out = new Uint8Array(toWidth * toHeight * 3);
  taps(height, toHeight, kernel).forEach(({ first, weights }, y) => {
    for (let i = 0; i < toWidth * 3; i++) {
      let value = 0;
      for (let k = 0; k < weights.length; k++) value += weights[k] * across[(first + k) * toWidth * 3 + i];
      out[y * toWidth * 3 + i] = toByte(value);
    }
  });
  return { width: toWidth, height: toHeight, data: out };
}

/** The middle square, `size` pixels a side, of a picture whose shortest edge is brought to `edge`: RGB bytes. */
export function resizeToSquare(picture: RgbImage, size: number, edge = size): Uint8Array {
  const { width, height } = picture;
  const short = Math.min(width, height);
  const scaled =
    short === edge && width === height
      ? picture
      : resize(picture, Math.trunc((edge * width) / short), Math.trunc((edge * height) / short));
  const [left, top] = [Math.floor((scaled.width - size) / 2), Math.floor((scaled.height - size) / 2)];
  const out = new Uint8Array(size * size * 3);
  for (let y = 0; y < size; y++) {
    const from = ((top + y) * scaled.width + left) * 3;
    out.set(scaled.data.subarray(from, from + size * 3), y * size * 3);
  }
  return out;
}
