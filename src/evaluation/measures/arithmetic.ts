// The arithmetic of concepts: what is left of "with a hat" when "without a hat" is taken away?
import type { Tensor } from "../../core/index.ts";
import { vocabulary, type Dataset } from "../../data/index.ts";
import { wordsOf } from "../../data/words.ts";
import { entriesOf, type Entry } from "../choose.ts";
import { count, text, type Table } from "../findings.ts";
import { realPictures } from "../real-pictures.ts";
import type { Measure } from "./measure.ts";

/** Words that say nothing of what is seen: never an answer. */
const FUNCTION_WORDS = new Set(
  wordsOf("a an the with without no and of in on to at by for from wearing next or not emoji face style background"),
);
const RAREST = 5; // pictures that can say a word, for it to be a candidate
const PAIRS = 20;
const SHOWN = 5;

const SUBJECTS: readonly [word: string, thing: string, subjects: readonly string[]][] = [
  ["hat", "a hat", ["a man", "a woman", "a person", "a cat", "a dog", "a bear", "a fox", "a penguin"]],
  ["glasses", "glasses", ["a man", "a woman", "a person", "a smiling man"]],
  ["sunglasses", "sunglasses", ["a man", "a woman", "a cat", "a smiling woman"]],
  ["beard", "a beard", ["a man", "a person", "a smiling man", "a serious man"]],
];

type Words = { words: string[]; embeddings: Tensor };

export const arithmetic: Measure = {
  name: "arithmetic",
  title: "CLIP: the arithmetic of concepts",
  about:
    "The difference of two vectors is compared with every word of the captions (less their mean; function words left out): 20 pairs of " +
    'pictures, the same drawing with a hat and without; 20 pairs of sentences, "a cat with a hat" and "a cat"; the same 20 against ' +
    '"a cat without a hat". The rank is that of the word that the pair differs in: 1 is nearest, half of the words is what chance gives.',
  parts: ["clip"],
  data: ["emoji", "faces", "compose"],
  weight: 1,
  async run(bench) {
    const clip = await bench.clip();
    const sets = await Promise.all((["emoji", "faces", "compose"] as const).map((name) => bench.dataset(name)));
    const candidates = [...vocabulary(sets.flatMap(({ records }) => records))]
      .filter(([word, pictures]) => pictures >= RAREST && !FUNCTION_WORDS.has(word))
      .map(([word]) => word);
    const words = { words: candidates, embeddings: centred(await clip.embedText(candidates)) };
    const difference = async (pairs: readonly Pair[]) => {
      const plus = await clip.embedText(pairs.map((pair) => pair.plus));
      const minus = await clip.embedText(pairs.map((pair) => pair.minus));
      return pairs.map((pair, i) => nearest(pair, rowDifference(plus, minus, i), words));
    };
    const sentences = SUBJECTS.flatMap(([word, thing, subjects]) =>
      subjects.map((subject) => ({ subject, thing, answers: [word] })),
    );
    const said = sentences.map(({ subject, thing, answers }) => ({
      plus: `${subject} with ${thing}`,
      minus: subject,
      answers,
    }));
    const denied = sentences.map(({ subject, thing, answers }) => ({
      plus: `${subject} with ${thing}`,
      minus: `${subject} without ${thing}`,
      answers,
    }));
    const pairs = picturePairs(sets[2]).slice(0, PAIRS);
    const drawn = pairs.length === 0 ? [] : await pictureRows(pairs, words, (pictures) => clip.embedImages(pictures));
    return {
      settings: { candidates: candidates.length, rarest: RAREST },
      tables: [
        table("Pictures with and without", drawn),
        table("Sentences that say it, and that don't", await difference(said)),
        table("Sentences that say it, and that deny it", await difference(denied)),
      ],
    };
  },
};

type Pair = { plus: string; minus: string; answers: readonly string[] };

async function pictureRows(
  pairs: readonly { on: Entry; off: Entry }[],
  words: Words,
  embed: (pictures: ReturnType<typeof realPictures>) => Promise<Tensor>,
): Promise<(string | number)[][]> {
  const plus = await embed(realPictures(pairs.map(({ on }) => on)));
  const minus = await embed(realPictures(pairs.map(({ off }) => off)));
  return pairs.map(({ on, off }, i) => {
    const pair = {
      plus: `${on.record.style}: ${on.record.name}`,
      minus: off.record.name,
      answers: ["hat", ...wordsOf(on.record.attributes!.hat)],
    };
    return nearest(pair, rowDifference(plus, minus, i), words);
  });
}

/** The same subject in the same style with a hat and without, nothing else worn; held-out ones first. */
function picturePairs(compositions: Dataset): { on: Entry; off: Entry }[] {
  const all = entriesOf(compositions, ["heldout-combination", "heldout-cell", "train"], "arithmetic");
  const bare = ({ record: { attributes } }: Entry): boolean =>
    attributes?.subject !== undefined && (attributes.glasses ?? "none") === "none";
  const key = ({ record }: Entry): string => `${record.attributes!.subject}|${record.style}`;
  const without = new Map(
    all.filter((entry) => bare(entry) && entry.record.attributes!.hat === "none").map((entry) => [key(entry), entry]),
  );
  const pairs = all.flatMap((on) => {
    const off = bare(on) && on.record.attributes!.hat !== "none" ? without.get(key(on)) : undefined;
    return off === undefined ? [] : [{ on, off }];
  });
  const trained = ({ on }: { on: Entry }): number => (on.record.split === "train" ? 1 : 0);
  return pairs.sort((a, b) => trained(a) - trained(b));
}

function nearest(
  { plus, minus, answers }: Pair,
  direction: Float64Array,
  { words, embeddings }: Words,
): (string | number)[] {
  const size = embeddings.shape[1];
  const scores = words.map((_, i) =>
    direction.reduce((sum, value, k) => sum + value * embeddings.data[i * size + k], 0),
  );
  const order = words.map((_, i) => i).sort((a, b) => scores[b] - scores[a]);
  const ranks = answers.map((answer) => order.findIndex((i) => words[i] === answer)).filter((rank) => rank >= 0);
  const rank = ranks.length === 0 ? 0 : Math.min(...ranks) + 1;
  return [
    plus,
    minus,
    order
      .slice(0, SHOWN)
      .map((i) => words[i])
      .join(", "),
    rank,
  ];
}

function table(title: string, rows: readonly (readonly (string | number)[])[]): Table {
  const found = rows.filter((row) => Number(row[3]) >= 1 && Number(row[3]) <= SHOWN).length;
  return {
    title: `${title}: the word is among the ${SHOWN} nearest in ${found} of ${rows.length}`,
    columns: [text("plus"), text("minus"), text("nearest words to the difference"), count("rank")],
    rows,
  };
}

function rowDifference(plus: Tensor, minus: Tensor, row: number): Float64Array {
  const size = plus.shape[1];
  return Float64Array.from({ length: size }, (_, k) => plus.data[row * size + k] - minus.data[row * size + k]);
}

/** Rows less their mean, of unit length again. */
export function centred({ data, shape: [rows, size] }: Tensor): Tensor {
  const out = new Float32Array(data.length);
  const mean = Float64Array.from({ length: size }, (_, k) => {
    let total = 0;
    for (let r = 0; r < rows; r++) total += data[r * size + k];
    return total / rows;
  });
  for (let r = 0; r < rows; r++) {
    const row = Float64Array.from({ length: size }, (_, k) => data[r * size + k] - mean[k]);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    out.set(
      row.map((value) => (length > 0 ? value / length : 0)),
      r * size,
    );
  }
  return { data: out, shape: [rows, size] };
}
