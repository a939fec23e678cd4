// Finding the prompt of a picture among a hundred prompts for other concepts in the same style, by the second CLIP.
import { throwIfAborted, type Tensor } from "../../core/index.ts";
import type { RgbImage } from "../../models/types.ts";
import { entriesOf, shuffled, type Entry } from "../choose.ts";
import { rankOf } from "../math/rank.ts";
import type { Workbench } from "../workbench.ts";

export const AMONG = 100;
const OTHERS = 400; // prompts of a style that distractors are drawn from

/** Prompts of one style and their vectors. */
type Pool = { entries: readonly Entry[]; embeddings: Tensor };

async function poolOf(bench: Workbench, style: string): Promise<Pool> {
  return bench.once(`prompts/${style}`, async () => {
    const all = entriesOf(await bench.dataset("emoji"), ["train", "heldout-cell"], "others").filter(
      ({ record }) => record.style === style,
    );
    const entries = all.slice(0, OTHERS);
    return { entries, embeddings: await (await bench.judgeClip()).embedText(entries.map(({ caption }) => caption)) };
  });
}

/** The rank of each picture's own prompt among AMONG: 0 is found. `pictures[i]` was made for `entries[i]`. */
export async function promptRanks(
  bench: Workbench,
  pictures: readonly RgbImage[],
  entries: readonly Entry[],
): Promise<number[]> {
  const judge = await bench.judgeClip();
  const images = await judge.embedImages([...pictures]);
  const own = await judge.embedText(entries.slice(0, pictures.length).map(({ caption }) => caption));
  const size = images.shape[1];
  const ranks: number[] = [];
  for (let i = 0; i < pictures.length; i++) {
    throwIfAborted(bench.signal);
    const { record, caption } = entries[i];
    const pool = await poolOf(bench, record.style);
    const unlike = pool.entries.flatMap((other, at) =>
      other.record.code === record.code || other.caption === caption ? [] : [at],
    );
    const chosen = shuffled(unlike, String, record.id).slice(0, AMONG - 1);
    const dot = (texts: Float32Array, row: number): number => {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += images.data[i * size + k] * texts[row * size + k];
      return sum;
    };
    ranks.push(rankOf([dot(own.data, i), ...chosen.map((at) => dot(pool.embeddings.data, at))], 0));
  }
  return ranks;
}
