// Are generated pictures copies of training pictures?
import type { RgbImage } from "../../models/types.ts";
import { resizeToSquare } from "../../models/clip/preprocess.ts";
import { breathe, throwIfAborted } from "../../core/index.ts";
import { entriesOf, type Entry } from "../choose.ts";
import { count, figure, text } from "../findings.ts";
import { meanSquaredDifference } from "../math/pixels.ts";
import { quantile } from "../math/summary.ts";
import { realPictures } from "../real-pictures.ts";
import { contactSheet } from "../sheet.ts";
import { judgeFeatures, type Workbench } from "../workbench.ts";
import { fidelityPictures } from "./fidelity.ts";
import type { Measure } from "./measure.ts";

const SAMPLES = 200;
const SHOWN = 24;
const COLUMNS = 8;
const SIDE = 32; // pixels that are compared

type Nearest = { index: number; distance: number };

export const nearest: Measure = {
  name: "nearest",
  title: "Nearest training pictures",
  about:
    "For 200 samples of training captions, the nearest of all training emoji: by the cosine of the second CLIP's vectors (1 is the same " +
    "direction), and by pixels (root mean square difference at 32x32, of 255). Held-out real pictures show how near a picture that was " +
    "certainly not copied gets (some of them have near-twins in another style).",
  parts: ["emoji", "judge-clip"],
  data: ["emoji"],
  weight: 3,
  async run(bench) {
    const emoji = await bench.dataset("emoji");
    const training = entriesOf(emoji, ["train"], "training");
    const bank = await bankOf(bench, training);
    const { pictures, entries } = await fidelityPictures(bench, {}, bench.count(SAMPLES));
    const heldOut = realPictures(
      entriesOf(emoji, ["heldout-cell", "heldout-concept"], "nearest").slice(0, bench.count(SAMPLES)),
    );
    const found = await search(bench, pictures, bank);
    const rows = [summary("generated", found), summary("real, held out", await search(bench, heldOut, bank))];
    const shown = Math.min(SHOWN, pictures.length);
    const lines: RgbImage[][] = [];
    for (let from = 0; from < shown; from += COLUMNS) {
      const at = Array.from({ length: Math.min(COLUMNS, shown - from) }, (_, i) => from + i);
      lines.push(at.map((i) => pictures[i]));
      lines.push(realPictures(at.map((i) => training[found[i].byFeatures.index])));
      lines.push(realPictures(at.map((i) => training[found[i].byPixels.index])));
    }
    bench.keepSheet("nearest", contactSheet(lines, 3));
    return {
      settings: {
        ...(await bench.emoji()).config.defaults,
        training: training.length,
        seeds: `0 to ${pictures.length - 1}`,
      },
      tables: [
        {
          title: "Nearest training picture",
          columns: [
            text("pictures"),
            count("n"),
            figure("cosine: median"),
            figure("highest 5%"),
            figure("pixel distance: median"),
            figure("lowest 5%"),
            figure("lowest"),
          ],
          rows,
        },
        {
          title: "The samples of the sheet",
          columns: [
            text("prompt"),
            text("nearest by features"),
            figure("cosine"),
            text("nearest by pixels"),
            figure("distance"),
          ],
          rows: found
            .slice(0, shown)
            .map(({ byFeatures, byPixels }, i) => [
              entries[i].caption,
              training[byFeatures.index].caption,
              byFeatures.distance,
              training[byPixels.index].caption,
              byPixels.distance,
            ]),
        },
      ],
      sheets: [
        {
          file: "nearest.png",
          caption: "In threes: samples, the nearest training pictures by features, the nearest by pixels.",
        },
      ],
    };
  },
};

type Bank = { features: Float32Array; size: number; small: Uint8Array[] };
type Found = { byFeatures: Nearest; byPixels: Nearest };

const small = (picture: RgbImage): Uint8Array => resizeToSquare(picture, Math.min(SIDE, picture.width));

async function bankOf(bench: Workbench, training: readonly Entry[]): Promise<Bank> {
  const bytes: Uint8Array[] = [];
  const parts: Float32Array[] = [];
  let size = 0;
  for (let i = 0; i < training.length; i += CHUNK) {
    throwIfAborted(bench.signal);
    const pictures = realPictures(training.slice(i, i + CHUNK));
    bytes.push(...pictures.map(small));
    const features = await judgeFeatures(bench, pictures);
    size = features.shape[1];
    parts.push(features.data);
    bench.report("training pictures", i, training.length);
  }
  const features = new Float32Array(training.length * size);
  parts.forEach((part, i) => features.set(part, i * CHUNK * size));
  return { features, size, small: bytes };
}

const CHUNK = 256;

async function search(bench: Workbench, pictures: readonly RgbImage[], bank: Bank): Promise<Found[]> {
  const { data } = await judgeFeatures(bench, pictures);
  const found: Found[] = [];
  for (const [row, picture] of pictures.entries()) {
    if (row % 8 === 0) await breathe();
    throwIfAborted(bench.signal);
    const pixels = small(picture);
    const byFeatures = { index: 0, distance: -Infinity };
    const byPixels = { index: 0, distance: Infinity };
    for (let i = 0; i < bank.small.length; i++) {
      let cosine = 0;
      for (let k = 0; k < bank.size; k++) cosine += data[row * bank.size + k] * bank.features[i * bank.size + k];
      if (cosine / bank.size > byFeatures.distance)
        Object.assign(byFeatures, { index: i, distance: cosine / bank.size });
      const difference = meanSquaredDifference(pixels, bank.small[i]);
      if (difference < byPixels.distance) Object.assign(byPixels, { index: i, distance: difference });
    }
    found.push({ byFeatures, byPixels: { index: byPixels.index, distance: Math.sqrt(byPixels.distance) } });
  }
  return found;
}

function summary(label: string, found: readonly Found[]): (string | number)[] {
  const cosines = found.map(({ byFeatures }) => byFeatures.distance);
  const distances = found.map(({ byPixels }) => byPixels.distance);
  return [
    label,
    found.length,
    quantile(cosines, 0.5),
    quantile(cosines, 0.95),
    quantile(distances, 0.5),
    quantile(distances, 0.05),
    quantile(distances, 0),
  ];
}
