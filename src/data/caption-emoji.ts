// Captions of emoji: the name, often the style, sometimes keywords, group or measured colours.
import type { DataRecord } from "./record.ts";
import { joinAnd, pick, pickSome, withArticle, wordsOf } from "./words.ts";

/** The words that ask for a style. The first is the one that evaluation uses. */
export const STYLE_WORDS: Readonly<Record<string, readonly string[]>> = {
  "3d": ["3d"],
  color: ["gradient"],
  flat: ["flat"],
  noto: ["noto"],
  blob: ["blob"],
  twemoji: ["twemoji"],
  fx: ["firefox"],
};

/** The style's words, or its own name when the table lacks it. */
export function styleWords(style: string): readonly string[] {
  return STYLE_WORDS[style] ?? [style];
}

/** The ways to put a style and a subject into one phrase. */
export function styledPhrases(style: string, subject: string): string[] {
  return styleWords(style).flatMap((word) => [
    `${withArticle(word)} emoji of ${subject}`,
    `${subject}, ${word} emoji`,
    `${subject} in ${word} style`,
    `${subject}, ${word}`,
  ]);
}

/** "smileys & emotion" as words. */
function groupWords(group: string): string {
  return group.replace(/ & /g, " and ");
}

function colouredSubjects({ name, colors }: DataRecord): string[] {
  const named = new Set(wordsOf(name));
  const news = colors.filter((color) => !named.has(color));
  // A name with a colour in it ("red heart") speaks for itself.
  if (news.length < colors.length || colors.length === 0) return [];
  const both = joinAnd(colors.slice(0, 2));
  return [withArticle(`${colors[0]} ${name}`), withArticle(`${both} ${name}`), `${name}, ${both}`];
}

function subjects({ name }: DataRecord): string[] {
  return [...new Set([name, withArticle(name)])];
}

/** A varied caption: the style in 8 of 10, colours in 2 of 10, keywords in 3 of 10. */
export function captionEmoji(record: DataRecord, rng: () => number): string {
  const usable = record.keywords.filter((word) => wordsOf(word).length > 0);
  if (usable.length >= 2 && rng() < 0.06) {
    const words = pickSome(usable, 2 + Math.floor(rng() * 3), rng).join(", ");
    return rng() < 0.5 ? words : `${words}, ${pick(styleWords(record.style), rng)}`;
  }
  const coloured = rng() < 0.2 ? colouredSubjects(record) : [];
  const subject = pick(coloured.length > 0 ? coloured : subjects(record), rng);
  const parts = [rng() < 0.8 ? pick(styledPhrases(record.style, subject), rng) : subject];
  if (rng() < 0.3) parts.push(...pickSome(usable, 1 + Math.floor(rng() * 3), rng));
  if (rng() < 0.05) parts.push(groupWords(record.group));
  return parts.join(", ");
}

/** "a 3d emoji of a cat". */
export function canonicalEmoji(record: DataRecord): string {
  return `${withArticle(styleWords(record.style)[0])} emoji of ${withArticle(record.name)}`;
}

/** Every phrase that `captionEmoji` can use for the record. */
export function emojiPhrases(record: DataRecord): string[] {
  const all = [...subjects(record), ...colouredSubjects(record)];
  return [
    ...all.flatMap((subject) => [subject, ...styledPhrases(record.style, subject)]),
    ...record.keywords,
    groupWords(record.group),
  ];
}
