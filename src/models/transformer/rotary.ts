// Rotary positions over time, height and width (Su et al. 2021; split over three axes as in WAN).
import { add, constant, mul, reshape, split, concat, neg, type Sym } from "../../graph/index.ts";

/** How a head's channels are shared between time, height and width: 24, 20, 20 of 64; 44, 42, 42 of 128. */
export function rotarySplit(headSize: number): [number, number, number] {
  const side = 2 * Math.floor(headSize / 6);
  return [headSize - 2 * side, side, side];
}

/** cos and sin of the angle at each token and channel pair: two arrays (T, headSize / 2), tokens in (f, h, w) order. */
export function rotaryTables([frames, height, width]: readonly number[], headSize: number, theta = 10_000): [Float32Array, Float32Array] {
  const sizes = rotarySplit(headSize);
  const tokens = frames * height * width;
  const half = headSize / 2;
  const [cosines, sines] = [new Float32Array(tokens * half), new Float32Array(tokens * half)];
  for (let token = 0; token < tokens; token++) {
    const place = [Math.floor(token / (height * width)), Math.floor(token / width) % height, token % width];
    let channel = 0;
    sizes.forEach((size, axis) => {
      for (let i = 0; i < size / 2; i++, channel++) {
        const angle = place[axis] * theta ** ((-2 * i) / size);
        cosines[token * half + channel] = Math.cos(angle);
        sines[token * half + channel] = Math.sin(angle);
      }
    });
  }
  return [cosines, sines];
}

/** Turns channel pairs (2i, 2i + 1) of `x` (B, H, T, D) by their token's angles. */
export function rotate(x: Sym, grid: readonly number[]): Sym {
  const [batch, heads, tokens, size] = x.shape as [number | string, number, number, number];
  const half = size / 2;
  const [cosines, sines] = rotaryTables(grid, size).map((table) => constant(table, [tokens, half, 1]));
  const pairs = reshape(x, [batch, heads, tokens, half, 2]);
  const [even, odd] = split(pairs, [1, 1], 4);
  const turned = concat([neg(odd), even], 4);
  return reshape(add(mul(pairs, cosines), mul(turned, sines)), x.shape);
}
