// Whatever kind of PNG it was (grey, palette, 1 to 16 bits, colour key): 8-bit RGB or RGBA.
import { convertIndexedToRgb, type DecodedPng } from "fast-png";

/** Pixels row by row: 3 bytes each (RGB), or 4 with opacity, not premultiplied. */
export type Pixels = { width: number; height: number; channels: 3 | 4; data: Uint8Array };

/** @throws RangeError or Error for a palette that lacks an index */
export function toRgb(png: DecodedPng): Pixels {
  const { width, height } = png;
  if (png.palette !== undefined) {
    return { width, height, channels: png.palette[0]?.length === 4 ? 4 : 3, data: convertIndexedToRgb(png) };
  }
  const samples = png.depth < 8 ? unpack(png) : png.data;
  const largest = 2 ** png.depth - 1;
  const isGrey = png.channels < 3;
  const key = png.transparency; // one colour that means "nothing here"
  const hasAlpha = png.channels === 2 || png.channels === 4;
  const channels = hasAlpha || key !== undefined ? 4 : 3;
  const data = new Uint8Array(width * height * channels);
  const to8 = (sample: number) => Math.round((sample * 255) / largest);
  for (let i = 0, from = 0, to = 0; i < width * height; i++, from += png.channels, to += channels) {
    for (let c = 0; c < 3; c++) data[to + c] = to8(samples[isGrey ? from : from + c]);
    if (hasAlpha) data[to + 3] = to8(samples[from + png.channels - 1]);
    else if (key !== undefined) data[to + 3] = key.every((value, c) => samples[from + c] === value) ? 0 : 255;
  }
  return { width, height, channels, data };
}

/** Grey samples of 1, 2 or 4 bits, one a byte; every row starts at a whole byte. */
function unpack({ width, height, depth, data }: DecodedPng): Uint8Array {
  const rowBytes = Math.ceil((width * depth) / 8);
  const samples = new Uint8Array(width * height);
  for (let i = 0; i < samples.length; i++) {
    const bit = (i % width) * depth;
    const byte = data[Math.floor(i / width) * rowBytes + (bit >> 3)];
    samples[i] = (byte >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
  }
  return samples;
}
