// Pictures as autoencoders take them, planes of [-1, 1], and masks on the latents' grid.
import type { Tensor } from "../core/index.ts";
import type { RgbImage } from "../models/types.ts";

/** RGB bytes, row by row, to planes (1, 3, H, W) in [-1, 1]. */
export function toPlanes({ width, height, data }: RgbImage): Tensor {
  const places = width * height;
  const planes = new Float32Array(places * 3);
  for (let i = 0; i < places; i++) {
    for (let c = 0; c < 3; c++) planes[c * places + i] = 2 * Math.fround(data[i * 3 + c] / 255) - 1;
  }
  return { data: planes, shape: [1, 3, height, width] };
}

/** Which pixels a mask opens: those at least half bright (PIL's grey: ITU-R 601-2 in 16 bits). 1 or 0, row by row. */
export function openPixels({ width, height, data }: RgbImage): Uint8Array {
  const open = new Uint8Array(width * height);
  for (let i = 0; i < open.length; i++) {
    const [r, g, b] = data.subarray(i * 3, i * 3 + 3);
    open[i] = (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16 >= 128 ? 1 : 0;
  }
  return open;
}

type Size = { width: number; height: number };

/** A mask of pixels on a coarser grid: the value at each place's nearest pixel, as the reference takes it. */
export function coarser(mask: Uint8Array, { width, height }: Size, to: Size): Uint8Array {
  const { width: toWidth, height: toHeight } = to;
  const out = new Uint8Array(toWidth * toHeight);
  for (let y = 0; y < toHeight; y++) {
    const row = Math.floor((y * height) / toHeight) * width;
    for (let x = 0; x < toWidth; x++) out[y * toWidth + x] = mask[row + Math.floor((x * width) / toWidth)];
  }
  return out;
}

/** Planes with zeros at the open pixels: what an in-painting model sees of a picture. */
export function covered(planes: Tensor, open: Uint8Array): Tensor {
  return { data: planes.data.map((value, i) => (open[i % open.length] === 1 ? 0 : value)), shape: planes.shape };
}
