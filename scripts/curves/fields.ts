// The data that curves are measured on, with their exact fields: the spiral, and small pictures of emoji.
import { compose, openDataset, BACKGROUNDS } from "../../src/data/index.ts";
import { spiral } from "../../src/data/shapes/index.ts";
import { exactDenoiser, type Denoiser } from "../../src/diffusion/index.ts";
import type { Tensor } from "../../src/core/index.ts";
import { entriesOf } from "../../src/evaluation/choose.ts";

/** Blurred points, so that the truth has a density and solutions end between points too. */
export type Ground = {
  readonly name: string;
  readonly points: Tensor;
  readonly blur: number;
  readonly denoiser: Denoiser;
  /** Root mean square distance of the points from their mean: what errors are given in. */
  readonly width: number;
};

const SIDE = 8;

/** 100 points of the plane. */
export function spiralGround(): Ground {
  return ground("spiral", spiral().points, 0.02);
}

/** `count` emoji on white, averaged down to 8 x 8 RGB from -1 to 1: (count, 192). Needs `driftfield data emoji`. */
export async function pictureGround(folder: string, count: number): Promise<Ground> {
  const dataset = await openDataset(folder);
  const entries = entriesOf(dataset, ["train"], "curves").slice(0, count);
  const rgba = new Uint8Array(dataset.size ** 2 * 4);
  const rgb = new Uint8Array(dataset.size ** 2 * 3);
  const data = new Float32Array(count * SIDE * SIDE * 3);
  const block = dataset.size / SIDE;
  entries.forEach(({ index }, k) => {
    dataset.read(index, rgba);
    compose(rgba, BACKGROUNDS.white, false, rgb);
    for (let i = 0; i < rgb.length; i++) {
      const [y, x, c] = [Math.floor(i / (3 * dataset.size)), Math.floor(i / 3) % dataset.size, i % 3];
      const to = ((k * SIDE + Math.floor(y / block)) * SIDE + Math.floor(x / block)) * 3 + c;
      data[to] += (rgb[i] / 127.5 - 1) / block ** 2;
    }
  });
  dataset.close();
  return ground("pictures", { data, shape: [count, SIDE * SIDE * 3] }, 0.02);
}

function ground(name: string, points: Tensor, blur: number): Ground {
  const [count, size] = points.shape;
  const mean = new Float64Array(size);
  points.data.forEach((value, i) => (mean[i % size] += value / count));
  const squares = points.data.reduce((sum, value, i) => sum + (value - mean[i % size]) ** 2, 0);
  const denoiser = exactDenoiser(points, { deviation: blur });
  return { name, points, blur, denoiser, width: Math.sqrt(squares / count) };
}
