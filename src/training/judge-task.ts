// Training the judge of faces: real renderings, moved a little, mirrored, on any background; each attribute a softmax.
import {
  add,
  crossEntropy,
  div,
  maximum,
  meanOverRanks,
  mul,
  reshape,
  slice,
  sum,
  type Sym,
} from "../graph/index.ts";
import { BACKGROUNDS, type Dataset } from "../data/index.ts";
import type { FaceJudgeConfig } from "../models/face-judge/config.ts";
import { attributeLogits } from "../models/face-judge/network.ts";
import { judgedAttributes } from "./face-attributes.ts";
import { chooseView, drawView, sampleRandom, shrink, trainingPool, viewNumbers, type View } from "./pictures.ts";
import type { Task } from "./train.ts";
import { fromPixels } from "./vae-task.ts";

type Moved = { view: View; by: readonly [number, number] };

const FARTHEST = 6; // pixels of the drawn picture, so that the judge doesn't rest on exact places

/** The task of reading the training faces' attributes; those that a face doesn't tell count for nothing. */
export function faceJudgeTask(
  config: FaceJudgeConfig,
  faces: Dataset,
  { batchSize, seed }: { batchSize: number; seed: number },
): Task {
  const size = config.image_size;
  const heads = Object.entries(config.attributes);
  const pools = trainingPool([faces]);
  const chooseMoved = (step: number): Moved[] =>
    Array.from({ length: batchSize }, (_, i) => {
      const rng = sampleRandom(seed, step, i);
      const view = chooseView(pools, [1], rng);
      const [dx, dy] = [rng(), rng()].map((uniform) => Math.round((2 * uniform - 1) * FARTHEST));
      return { view, by: [dx, dy] };
    });
  const labelsOf = (moved: readonly Moved[]) => {
    const labels = new Int32Array(batchSize * heads.length);
    const known = new Float32Array(batchSize * heads.length);
    moved.forEach(({ view }, i) => {
      const attributes = judgedAttributes(view.entry.record.attributes ?? {});
      heads.forEach(([name, values], head) => {
        const at = values.indexOf(attributes[name]);
        labels[i * heads.length + head] = Math.max(0, at);
        known[i * heads.length + head] = at < 0 ? 0 : 1;
      });
    });
    return { labels, known };
  };
  return {
    name: "face-judge",
    batchSize,
    batch: {
      pixels: { shape: [batchSize, size, size, 3], dtype: "uint8" },
      labels: { shape: [batchSize, heads.length], dtype: "int32" },
      known: { shape: [batchSize, heads.length], dtype: "float32" },
    },
    loss: (scope, { pixels, labels, known }, ranks = 1) => {
      const logits = attributeLogits(scope, fromPixels(pixels), config);
      const column = (x: Sym, i: number): Sym => reshape(slice(x, 1, i, i + 1), [x.shape[0]]);
      // A mean over the faces that tell the attribute: those of all processes count, not each process's own.
      const told = sum(known, { axes: [0] });
      const share = div(told, maximum(meanOverRanks(told, ranks), 1e-6));
      const losses = heads.map(([name], i) => {
        const loss = crossEntropy(logits[name], column(labels, i), column(known, i));
        return ranks === 1 ? loss : mul(loss, reshape(slice(share, 0, i, i + 1), []));
      });
      return {
        loss: mul(
          losses.reduce((a, b) => add(a, b)),
          1 / heads.length,
        ),
      };
    },
    recipe: {
      seed,
      sources: { pixels: { kind: "pictures", factor: faces.size / size } },
      choose: (step) => {
        const [picture, flip, background, dx, dy] = [0, 1, 2, 3, 4].map(() => new Int32Array(batchSize));
        const moved = chooseMoved(step);
        moved.forEach(({ view, by }, i) => {
          [picture[i], flip[i], background[i]] = viewNumbers(view);
          [dx[i], dy[i]] = by;
        });
        return { picture, flip, background, dx, dy, ...labelsOf(moved) };
      },
      datasets: [faces],
    },
    makeBatch: (step) => {
      const pixels = new Uint8Array(batchSize * size * size * 3);
      const scratch = new Uint8Array(faces.size * faces.size * 4);
      const drawn = new Uint8Array(faces.size * faces.size * 3);
      const moved = chooseMoved(step);
      moved.forEach(({ view, by: [dx, dy] }, i) => {
        drawView(view, scratch, drawn);
        const shifted = shift(drawn, faces.size, dx, dy, BACKGROUNDS[view.background]);
        shrink(shifted, faces.size, faces.size / size, pixels.subarray(i * size * size * 3, (i + 1) * size * size * 3));
      });
      return { pixels, ...labelsOf(moved) };
    },
  };
}

/** An RGB picture moved by (dx, dy) pixels; what comes in from outside has the background's colour. */
export function shift(
  pixels: Uint8Array,
  size: number,
  dx: number,
  dy: number,
  background: readonly number[],
): Uint8Array {
  const out = new Uint8Array(pixels.length);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const [fromX, fromY] = [x - dx, y - dy];
      const inside = fromX >= 0 && fromX < size && fromY >= 0 && fromY < size;
      const from = (fromY * size + fromX) * 3;
      for (let c = 0; c < 3; c++) out[(y * size + x) * 3 + c] = inside ? pixels[from + c] : background[c];
    }
  }
  return out;
}
