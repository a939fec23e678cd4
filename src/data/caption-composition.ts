// Captions of compositions: a subject with a hat or without one, or two things side by side.
import { styledPhrases } from "./caption-emoji.ts";
import type { DataRecord } from "./record.ts";
import { pick, withArticle } from "./words.ts";

/** What can be said of the picture: complete subjects, each true. */
function sayings(record: DataRecord): string[] {
  const { subject, hat, glasses, left, right } = record.attributes ?? {};
  if (left !== undefined && right !== undefined) return pairSayings(left, right);
  if (subject === undefined) return [record.name];
  const who = withArticle(subject);
  const worn = [hat, glasses].filter((item) => item !== undefined && item !== "none") as string[];
  if (worn.length === 0) {
    return [who, `${who} without a hat`, `${who} with no hat`, `${who} without glasses`, `${who}, no hat`];
  }
  if (worn.length === 2) {
    const [on, over] = worn.map(withArticle);
    return [`${who} wearing ${on} and ${over}`, `${who} with ${on} and ${over}`, `${who} in ${on} with ${over}`];
  }
  return [worn[0], ...(worn[0].endsWith(" hat") ? ["hat", "hat"] : []), ...generalItem(worn[0])].flatMap((item) => [
    `${who} wearing ${withArticle(item)}`,
    `${who} with ${withArticle(item)}`,
    `${subject} wearing ${withArticle(item)}`,
  ]);
}

/** A plainer word for what is worn, where one is true. */
function generalItem(item: string): string[] {
  return item.endsWith("cap") && item !== "graduation cap" ? ["cap"] : item.endsWith("helmet") ? ["helmet"] : [];
}

function pairSayings(left: string, right: string): string[] {
  const [a, b] = [withArticle(left), withArticle(right)];
  return [
    `${a} and ${b}`,
    `${b} and ${a}`,
    `${a} next to ${b}`,
    `${a} on the left and ${b} on the right`,
    `${a} to the left of ${b}`,
    `${b} to the right of ${a}`,
  ];
}

/** A varied caption: one of the sayings, with the style in half of them. */
export function captionComposition(record: DataRecord, rng: () => number): string {
  const said = pick(sayings(record), rng);
  return rng() < 0.5 ? said : pick(styledPhrases(record.style, said), rng);
}

/** The first saying, in the phrase that names the style: "a 3d emoji of a cat wearing a top hat". */
export function canonicalComposition(record: DataRecord): string {
  return styledPhrases(record.style, sayings(record)[0])[0];
}

/** Every phrase that `captionComposition` can use for the record. */
export function compositionPhrases(record: DataRecord): string[] {
  return sayings(record).flatMap((said) => [said, ...styledPhrases(record.style, said)]);
}
