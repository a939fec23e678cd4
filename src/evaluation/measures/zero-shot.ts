// Does CLIP name a face's attributes without having been trained to classify?
import { GENERATOR_WORDS } from "../../data/index.ts";
import { withArticle } from "../../data/words.ts";
import { attributeTable, judgedAttributes } from "../../training/face-attributes.ts";
import { entriesOf } from "../choose.ts";
import { count, percent, text } from "../findings.ts";
import { similarities } from "../math/rank.ts";
import { realPictures } from "../real-pictures.ts";
import type { Measure } from "./measure.ts";

const something =
  (what: string) =>
  (value: string): string =>
    value === "none" ? `a person without ${what}` : `a person with ${withArticle(value)}`;

/** The sentence for each value of an attribute. */
const SENTENCES: Readonly<Record<string, (value: string) => string>> = {
  style: (value) => `${withArticle((GENERATOR_WORDS[value] ?? [value])[0])} of a person`,
  hat: something("a hat"),
  hat_color: (value) => `a person with ${withArticle(`${value} hat`)}`,
  glasses: something("glasses"),
  beard: something("a beard"),
  hair: (value) => (value === "bald" ? "a bald person" : `a person with ${value}`),
  hair_color: (value) => `a person with ${value} hair`,
  mouth: (value) => withArticle(`${value} person`),
  skin: (value) => `a person with ${value}`,
  clothes: (value) => `a person in ${withArticle(value)}`,
  clothes_color: (value) => `a person in ${withArticle(`${value} shirt`)}`,
};

export const zeroShot: Measure = {
  name: "zero-shot",
  title: "CLIP: attributes of faces, without training to classify",
  about:
    'Held-out combinations of attributes. For each attribute, one sentence a value ("a person with sunglasses"); the most similar one is the ' +
    'answer. Chance is one in the number of values; "most frequent" is what always answering the commonest value gets.',
  parts: ["clip"],
  data: ["faces"],
  weight: 1,
  async run(bench) {
    const clip = await bench.clip();
    const faces = await bench.dataset("faces");
    const entries = entriesOf(faces, ["heldout-combination"], "zero-shot").slice(0, bench.count(1000));
    const images = await clip.embedImages(realPictures(entries));
    const table = attributeTable(faces.records);
    const rows: (string | number)[][] = [];
    for (const [name, sentence] of Object.entries(SENTENCES)) {
      const values = table[name] ?? [];
      const truths = entries.map(({ record }) => judgedAttributes(record.attributes ?? {})[name]);
      const asked = truths.flatMap((truth, i) => (truth === undefined ? [] : [i]));
      if (asked.length === 0 || values.length === 0) continue;
      const scores = similarities(images, await clip.embedText(values.map(sentence)));
      const right = asked.filter((i) => values[scores[i].indexOf(Math.max(...scores[i]))] === truths[i]).length;
      const most = Math.max(...values.map((value) => asked.filter((i) => truths[i] === value).length));
      rows.push([
        name.replace("_", " "),
        asked.length,
        values.length,
        right / asked.length,
        1 / values.length,
        most / asked.length,
      ]);
    }
    return {
      settings: { split: "heldout-combination" },
      tables: [
        {
          title: "Accuracy",
          columns: [
            text("attribute"),
            count("faces"),
            count("values"),
            percent("accuracy"),
            percent("chance"),
            percent("most frequent"),
          ],
          rows,
        },
      ],
    };
  },
};
