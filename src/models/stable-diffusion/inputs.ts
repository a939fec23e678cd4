// What a published U-Net is given: batches joined, channels added, and the guidance that a distilled one is told.
import { type Tensor, tensor } from "../../core/index.ts";

/** Batches one after the other: (B1 + B2 + ..., ...). */
export function joinBatch(parts: readonly Tensor[]): Tensor {
  if (parts.length === 1) return parts[0];
  const rows = parts.reduce((sum, { shape }) => sum + shape[0], 0);
  const joined = tensor([rows, ...parts[0].shape.slice(1)]);
  let at = 0;
  for (const { data } of parts) {
    joined.data.set(data, at);
    at += data.length;
  }
  return joined;
}

/** A batch as `count` of equal size. */
export function splitBatch({ data, shape: [rows, ...rest] }: Tensor, count: number): Tensor[] {
  const size = data.length / count;
  return Array.from({ length: count }, (_, i) => tensor([rows / count, ...rest], data.slice(i * size, (i + 1) * size)));
}

/** (B, C, H, W) and (B, D, H, W) as (B, C + D, H, W). */
export function withChannels(x: Tensor, more: Tensor): Tensor {
  const [rows, channels, ...places] = x.shape;
  const out = tensor([rows, channels + more.shape[1], ...places]);
  const [first, second] = [x.data.length / rows, more.data.length / rows];
  for (let row = 0; row < rows; row++) {
    const at = row * (first + second);
    out.data.set(x.data.subarray(row * first, (row + 1) * first), at);
    out.data.set(more.data.subarray(row * second, (row + 1) * second), at + first);
  }
  return out;
}

/**
 * The guidance scale as waves, (B, size): sines and cosines of 1000 (scale - 1) (Meng et al. 2023, as in diffusers'
 * get_guidance_scale_embedding).
 */
export function guidanceEmbedding(scale: number, size: number, rows: number): Tensor {
  const half = Math.floor(size / 2);
  const row = new Float32Array(size);
  for (let i = 0; i < half; i++) {
    const angle = 1000 * (scale - 1) * Math.exp((-i * Math.log(10_000)) / (half - 1));
    row[i] = Math.sin(angle);
    row[half + i] = Math.cos(angle);
  }
  return joinBatch(Array.from({ length: rows }, () => ({ data: row, shape: [1, size] })));
}
