// A large map in overlapping tiles, blended where they overlap: memory for one tile at a time. The cuts and the blend
// are those of diffusers' AutoencoderKL (tiled_decode), so that its pictures come out.
import type { Tensor } from "../../core/index.ts";

export type Tiling = {
  /** Side of a tile, in places of the input. */
  size: number;
  /** From one tile's start to the next, in places of the input. */
  stride: number;
  /** Rows and columns that are blended, in places of the output. */
  blend: number;
  /** Rows and columns that are kept of a tile, in places of the output. */
  keep: number;
};

/** A part (B, C, height, width) of a map. */
function cut({ data, shape }: Tensor, top: number, left: number, size: number): Tensor {
  const [batch, channels, rows, columns] = shape;
  const [height, width] = [Math.min(size, rows - top), Math.min(size, columns - left)];
  const out = new Float32Array(batch * channels * height * width);
  for (let plane = 0; plane < batch * channels; plane++) {
    for (let y = 0; y < height; y++) {
      const from = (plane * rows + top + y) * columns + left;
      out.set(data.subarray(from, from + width), (plane * height + y) * width);
    }
  }
  return { data: out, shape: [batch, channels, height, width] };
}

/** Fades `tile` in over the last rows (axis 2) or columns (axis 3) of the tile before it, in place. */
function fade(before: Tensor, tile: Tensor, axis: 2 | 3, blend: number): void {
  const extent = Math.min(before.shape[axis], tile.shape[axis], blend);
  const [batch, channels, height, width] = tile.shape;
  const [, , heightBefore, widthBefore] = before.shape;
  const [rows, columns] = axis === 2 ? [extent, width] : [height, extent];
  const [down, right] = axis === 2 ? [heightBefore - extent, 0] : [0, widthBefore - extent];
  for (let plane = 0; plane < batch * channels; plane++) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const share = (axis === 2 ? y : x) / extent;
        const at = (plane * height + y) * width + x;
        const other = before.data[(plane * heightBefore + down + y) * widthBefore + right + x];
        tile.data[at] = other * (1 - share) + tile.data[at] * share;
      }
    }
  }
}

/** Runs `run` over the tiles of `x` (B, C, H, W), those of one shape after each other, and joins what it gives. */
export async function inTiles(x: Tensor, tiling: Tiling, run: (tile: Tensor) => Promise<Tensor>): Promise<Tensor> {
  const { size, stride, blend, keep } = tiling;
  const starts = (length: number): number[] => Array.from({ length: Math.ceil(length / stride) }, (_, i) => i * stride);
  const [tops, lefts] = [starts(x.shape[2]), starts(x.shape[3])];
  const places = tops.flatMap((top, i) => lefts.map((left, j) => ({ i, j, tile: cut(x, top, left, size) })));
  const byShape = [...places].sort((a, b) => String(a.tile.shape).localeCompare(String(b.tile.shape)));
  const rows: Tensor[][] = tops.map(() => []);
  for (const { i, j, tile } of byShape) rows[i][j] = await run(tile);
  for (const [i, row] of rows.entries()) {
    for (const [j, tile] of row.entries()) {
      if (i > 0) fade(rows[i - 1][j], tile, 2, blend);
      if (j > 0) fade(row[j - 1], tile, 3, blend);
    }
  }
  return join(rows.map((row) => row.map((tile) => cut(tile, 0, 0, keep))));
}

function join(rows: readonly (readonly Tensor[])[]): Tensor {
  const [batch, channels] = rows[0][0].shape;
  const height = rows.reduce((total, row) => total + row[0].shape[2], 0);
  const width = rows[0].reduce((total, tile) => total + tile.shape[3], 0);
  const out = new Float32Array(batch * channels * height * width);
  let top = 0;
  for (const row of rows) {
    let left = 0;
    for (const { data, shape } of row) {
      const [, , tall, wide] = shape;
      for (let line = 0; line < batch * channels * tall; line++) {
        const [plane, y] = [Math.floor(line / tall), line % tall];
        out.set(data.subarray(line * wide, (line + 1) * wide), (plane * height + top + y) * width + left);
      }
      left += wide;
    }
    top += row[0].shape[2];
  }
  return { data: out, shape: [batch, channels, height, width] };
}
