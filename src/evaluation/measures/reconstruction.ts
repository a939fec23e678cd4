// How much of a picture the autoencoder keeps: the ceiling of everything that is generated.
import type { Split } from "../../data/index.ts";
import { entriesOf, type Entry } from "../choose.ts";
import { count, figure, text } from "../findings.ts";
import { psnr, sharpness } from "../math/pixels.ts";
import { average, quantile } from "../math/summary.ts";
import { realPictures } from "../real-pictures.ts";
import { contactSheet } from "../sheet.ts";
import type { SetName } from "../workbench.ts";
import type { Measure } from "./measure.ts";

const PICTURES = 256;
const HELD_OUT: readonly Split[] = ["heldout-concept", "heldout-cell", "heldout-combination"];
const SHOWN = 8;

export const reconstruction: Measure = {
  name: "reconstruction",
  title: "Autoencoder: reconstructions",
  about:
    "Peak signal-to-noise ratio of held-out pictures after encoding and decoding (the mean of the pictures' decibels, and the value that 5% " +
    "fall below), and how much of the mean difference between neighbouring pixels is left (100% is as sharp as the original). Goal: 25 dB.",
  parts: ["vae"],
  data: ["emoji", "faces", "compose"],
  weight: 2,
  async run(bench) {
    const rows: (string | number)[][] = [];
    const shown: Entry[] = [];
    for (const set of ["emoji", "faces", "compose"] as const satisfies SetName[]) {
      const entries = entriesOf(await bench.dataset(set), HELD_OUT, "reconstruction").slice(0, bench.count(PICTURES));
      if (entries.length === 0) continue;
      shown.push(...entries.slice(0, SHOWN));
      const originals = realPictures(entries);
      const copies = await bench.reconstruct(originals);
      const decibels = originals.map((original, i) => psnr(original.data, copies[i].data));
      const kept = average(copies.map(sharpness)) / average(originals.map(sharpness));
      rows.push([set, entries.length, average(decibels), quantile(decibels, 0.05), kept]);
    }
    const originals = realPictures(shown);
    const copies = await bench.reconstruct(originals);
    const lines = Array.from({ length: Math.ceil(shown.length / SHOWN) }, (_, i) => [
      originals.slice(i * SHOWN, (i + 1) * SHOWN),
      copies.slice(i * SHOWN, (i + 1) * SHOWN),
    ]).flat();
    bench.keepSheet("reconstructions", contactSheet(lines, 2));
    return {
      settings: { splits: HELD_OUT, background: "white" },
      tables: [
        {
          title: "Held-out pictures",
          columns: [
            text("set"),
            count("pictures"),
            figure("PSNR, dB"),
            figure("5% are below, dB"),
            { name: "sharpness kept", as: "percent" },
          ],
          rows,
        },
      ],
      sheets: [
        {
          file: "reconstructions.png",
          caption: "Held-out pictures of each set, and below each row what the autoencoder makes of it.",
        },
      ],
    };
  },
};
