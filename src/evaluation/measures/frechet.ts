// How far generated pictures are from real ones, as a whole.
import type { Tensor } from "../../core/index.ts";
import { count, figure, text } from "../findings.ts";
import { frechetDistance, gaussianOf } from "../math/frechet.ts";
import { kernelDistance } from "../math/kernel-distance.ts";
import { realPictures } from "../real-pictures.ts";
import { entriesOf } from "../choose.ts";
import { judgeFeatures } from "../workbench.ts";
import { fidelityPictures, HALF, referenceFeatures } from "./fidelity.ts";
import type { Measure } from "./measure.ts";

export const frechet: Measure = {
  name: "frechet",
  title: "Fidelity: distance to real pictures",
  about:
    "Frechet and kernel distance to 2,000 real emoji in the second CLIP's feature space (vectors scaled to unit mean square). Prompts are " +
    'captions of other real emoji, whose pictures give the floor ("real, other half") at the same number of samples; faces show how far a ' +
    "wrong kind of picture is. The Frechet distance grows as samples get fewer: compare it within this table only.",
  parts: ["emoji", "judge-clip"],
  data: ["emoji", "faces"],
  weight: 12,
  async run(bench) {
    const { pictures, entries } = await fidelityPictures(bench, {}, bench.count(HALF));
    const n = pictures.length;
    const reference = await referenceFeatures(bench);
    const target = gaussianOf(reference);
    const originals = realPictures(entries);
    const faces = entriesOf(await bench.dataset("faces"), ["train"], "faces").slice(0, n);
    const clouds: [string, Tensor][] = [
      ["real, other half (floor)", await judgeFeatures(bench, originals)],
      ["real, other half, through the autoencoder", await judgeFeatures(bench, await bench.reconstruct(originals))],
      ["generated, default settings", await judgeFeatures(bench, pictures)],
      ["real faces (another kind of picture)", await judgeFeatures(bench, realPictures(faces))],
    ];
    const { defaults } = (await bench.emoji()).config;
    return {
      settings: { ...defaults, seeds: `0 to ${n - 1}`, reference: reference.shape[0] },
      tables: [
        {
          title: "Distance to real emoji",
          columns: [
            text("pictures"),
            count("n"),
            figure("Frechet distance"),
            figure("kernel distance"),
            figure("standard error"),
          ],
          rows: clouds.map(([label, features]) => {
            const { distance, standardError } = kernelDistance(features, reference);
            return [label, features.shape[0], frechetDistance(gaussianOf(features), target), distance, standardError];
          }),
        },
      ],
    };
  },
};
