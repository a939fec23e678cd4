// SVG and webp to straight RGBA at one size. resvg is fast; ten icons abort its process, and sharp draws those.
import { requirePackage } from "./packages.ts";

type ResvgModule = {
  Resvg: new (
    svg: string,
    options: object,
  ) => { render(): { pixels: Uint8Array; width: number; height: number } };
};
type Sharp = {
  resize(width: number, height: number, options?: object): Sharp;
  ensureAlpha(): Sharp;
  raw(): Sharp;
  toBuffer(): Promise<Uint8Array>;
};
type SharpModule = ((input: Uint8Array | string, options?: object) => Sharp) & { concurrency(n: number): number };

/** Turns premultiplied RGBA into straight RGBA, in place. */
export function unpremultiply(rgba: Uint8Array): Uint8Array {
  for (let i = 0; i < rgba.length; i += 4) {
    const alpha = rgba[i + 3];
    if (alpha === 255 || alpha === 0) continue;
    for (let c = i; c < i + 3; c++) rgba[c] = Math.min(255, Math.round((rgba[c] * 255) / alpha));
  }
  return rgba;
}

/** Sets colour to zero where a picture is fully transparent, so that equal pictures have equal bytes. */
function clearTransparent(rgba: Uint8Array): Uint8Array {
  for (let i = 0; i < rgba.length; i += 4) if (rgba[i + 3] === 0) rgba.fill(0, i, i + 3);
  return rgba;
}

/** Draws a square SVG at `size` x `size`; straight RGBA, row by row. */
export function rasterizeSvg(svg: string, size: number): Uint8Array {
  const { Resvg } = requirePackage<ResvgModule>("@resvg/resvg-js");
  const options = { fitTo: { mode: "width", value: size }, font: { loadSystemFonts: false } };
  const { pixels, width, height } = new Resvg(svg, options).render();
  if (width !== size || height !== size) throw new RangeError(`the SVG isn't square: ${width}x${height}`);
  return clearTransparent(unpremultiply(new Uint8Array(pixels)));
}

/** Draws a square picture file or an SVG with sharp at `size` x `size`; straight RGBA, row by row. */
export async function rasterizeWithSharp(input: Uint8Array | string, size: number): Promise<Uint8Array> {
  const sharp = requirePackage<SharpModule>("sharp");
  const density = typeof input === "string" ? {} : { density: 96 };
  const buffer = await sharp(input, density).resize(size, size, { fit: "fill" }).ensureAlpha().raw().toBuffer();
  return clearTransparent(new Uint8Array(buffer));
}
