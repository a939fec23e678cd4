// Every word that captions can say, with the number of pictures that can say it.
import { BACKGROUND_NAMES } from "./background.ts";
import { backgroundPhrases, captionPhrases } from "./caption.ts";
import type { DataRecord } from "./record.ts";
import { mirrorWords, wordsOf } from "./words.ts";

/**
 * The words of all captions of `records`, most frequent first (then by alphabet). A word's number is the
 * number of records whose captions can say it; words of backgrounds count for every record.
 */
export function vocabulary(records: readonly DataRecord[]): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (words: Iterable<string>, by: number): void => {
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + by);
  };
  const everywhere = new Set(["and", ...BACKGROUND_NAMES.flatMap(backgroundPhrases).flatMap(wordsOf)]);
  add(everywhere, records.length);
  for (const record of records) {
    const phrases = captionPhrases(record);
    const own = new Set([...phrases, ...phrases.map(mirrorWords)].flatMap(wordsOf));
    for (const word of everywhere) own.delete(word);
    add(own, 1);
  }
  return new Map([...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)));
}
