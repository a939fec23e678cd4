// Does CLIP find the caption of a picture, and the picture of a caption, among a hundred?
import type { Split } from "../../data/index.ts";
import { blocksOf, entriesOf } from "../choose.ts";
import { count, percent, text } from "../findings.ts";
import { average } from "../math/summary.ts";
import { pairRanks, recallAt, similarities } from "../math/rank.ts";
import { realPictures } from "../real-pictures.ts";
import type { SetName } from "../workbench.ts";
import type { Measure } from "./measure.ts";

const AMONG = 100;
const MOST_BLOCKS = 3;
const SETS: readonly { label: string; set: SetName; split: Split }[] = [
  { label: "emoji: known concepts, unseen style", set: "emoji", split: "heldout-cell" },
  { label: "emoji: unseen concepts", set: "emoji", split: "heldout-concept" },
  { label: "faces: unseen combinations", set: "faces", split: "heldout-combination" },
  { label: "compositions: unseen combinations", set: "compose", split: "heldout-combination" },
];

export const retrieval: Measure = {
  name: "retrieval",
  title: "CLIP: retrieval among 100",
  about:
    "Held-out pictures and their captions in blocks of 100, no concept twice in a block: how often the right one is the most similar, " +
    "or among the five most similar. The last row is what chance gives.",
  parts: ["clip"],
  data: ["emoji", "faces", "compose"],
  weight: 1,
  async run(bench) {
    const clip = await bench.clip();
    const size = Math.max(2, bench.count(AMONG));
    const rows: (string | number)[][] = [];
    for (const { label, set, split } of SETS) {
      const blocks = blocksOf(entriesOf(await bench.dataset(set), [split], "retrieval"), size).slice(0, MOST_BLOCKS);
      const recalls: number[][] = [];
      for (const block of blocks) {
        const texts = await clip.embedText(block.map(({ caption }) => caption));
        const images = await clip.embedImages(realPictures(block));
        const { forward, backward } = pairRanks(similarities(texts, images));
        recalls.push([recallAt(forward, 1), recallAt(forward, 5), recallAt(backward, 1), recallAt(backward, 5)]);
      }
      const pictures = blocks.reduce((sum, block) => sum + block.length, 0);
      const among = blocks[0]?.length ?? 0;
      rows.push([label, pictures, among, ...[0, 1, 2, 3].map((i) => average(recalls.map((row) => row[i])))]);
    }
    const chance = [1 / size, Math.min(1, 5 / size)];
    rows.push(["chance", 0, size, ...chance, ...chance]);
    return {
      settings: { captions: "canonical", order: "sha256 of id" },
      tables: [
        {
          title: "Recall",
          columns: [
            text("held-out set"),
            count("pictures"),
            count("among"),
            percent("text finds picture: at 1"),
            percent("at 5"),
            percent("picture finds text: at 1"),
            percent("at 5"),
          ],
          rows,
        },
      ],
    };
  },
};
