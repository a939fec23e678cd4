// How far the judge of faces can be trusted: on real renderings that it never saw.
import { attributeTable, judgedAttributes } from "../../training/face-attributes.ts";
import { entriesOf } from "../choose.ts";
import { count, percent, text } from "../findings.ts";
import { realPictures } from "../real-pictures.ts";
import { byAttribute } from "./face-reading.ts";
import type { Measure } from "./measure.ts";

export const faceJudge: Measure = {
  name: "face-judge",
  title: "The judge of faces",
  about:
    "A small convolutional network, trained on renderings of its own (the set judge-faces, of every combination), reads each attribute of " +
    "held-out faces, none of which it was trained on. " +
    "Goal: 98%. Chance is one in the number of values; the last column is the same after the autoencoder.",
  parts: ["face-judge", "vae"],
  data: ["faces"],
  weight: 1,
  async run(bench) {
    const judge = await bench.faceJudge();
    const faces = await bench.dataset("faces");
    const entries = entriesOf(faces, ["heldout-combination"], "face-judge").slice(0, bench.count(1000));
    const pictures = realPictures(entries);
    const truths = entries.map(({ record }) => judgedAttributes(record.attributes ?? {}));
    const read = byAttribute(await judge.read(pictures), truths);
    const copied = byAttribute(await judge.read(await bench.reconstruct(pictures)), truths);
    const values = attributeTable(faces.records);
    const rows: (string | number)[][] = read.map(([name, asked, share], i) => [
      name,
      asked,
      share,
      1 / (values[name.replace(" ", "_")]?.length ?? 1),
      copied[i][2],
    ]);
    const all = (of: typeof read): number =>
      of.reduce((sum, [, asked, share]) => sum + asked * share, 0) / of.reduce((sum, [, asked]) => sum + asked, 0);
    rows.push(["all", read.reduce((sum, [, asked]) => sum + asked, 0), all(read), Number.NaN, all(copied)]);
    return {
      settings: { split: "heldout-combination", size: judge.size },
      tables: [
        {
          title: "Held-out faces",
          columns: [
            text("attribute"),
            count("faces"),
            percent("read right"),
            percent("chance"),
            percent("after the autoencoder"),
          ],
          rows,
        },
      ],
    };
  },
};
