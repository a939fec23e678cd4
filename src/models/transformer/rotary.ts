// Rotary positions over time, height and width (Su et al. 2021; split over three axes as in WAN).
import { add, constant, matmul, mul, type Sym } from "../../graph/index.ts";

/** How a head's channels are shared between time, height and width: 24, 20, 20 of 64; 44, 42, 42 of 128. */
export function rotarySplit(headSize: number): [number, number, number] {
  const side = 2 * Math.floor(headSize / 6);
  return [headSize - 2 * side, side, side];
}

/** cos and sin of the angle at each token and channel pair: two arrays (T, headSize / 2), tokens in (f, h, w) order. */
export function rotaryTables(
  [frames, height, width]: readonly number[],
  headSize: number,
  theta = 10_000,
): [Float32Array, Float32Array] {
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

/**
 * Turns channel pairs (2i, 2i + 1) of `x` (B, H, T, D) by their token's angles: (a, b) becomes (a cos - b sin,
 * b cos + a sin). The exchange of neighbours is a product with a constant matrix, far quicker than moving them.
 */
export function rotate(x: Sym, grid: readonly number[]): Sym {
  const [tokens, size] = x.shape.slice(2) as number[];
  const [cosines, sines] = rotaryTables(grid, size).map((table) => {
    const twice = Float32Array.from({ length: tokens * size }, (_, i) => table[i >> 1]);
    return constant(twice, [tokens, size]);
  });
  const exchange = new Float32Array(size * size);
  for (let i = 0; i < size; i += 2) {
    exchange[(i + 1) * size + i] = -1; // place 2i gets -b
    exchange[i * size + i + 1] = 1; // place 2i + 1 gets a
  }
  const turned = matmul(x, constant(exchange, [1, 1, size, size]));
  return add(mul(x, cosines), mul(turned, sines));
}
