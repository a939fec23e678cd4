// Captions: many true sentences about one picture for training, and the one sentence that evaluation uses.
import { captionComposition, canonicalComposition, compositionPhrases } from "./caption-composition.ts";
import { captionEmoji, canonicalEmoji, emojiPhrases } from "./caption-emoji.ts";
import { captionFace, canonicalFace, facePhrases } from "./caption-face.ts";
import type { DataRecord } from "./record.ts";
import { mirrorWords, pick, withArticle, wordsOf } from "./words.ts";

export type CaptionOptions = {
  /** Uniform numbers in [0, 1); the same numbers give the same caption. */
  rng: () => number;
  /** The name of the background's colour; said unless it is white or left out. */
  background?: string;
  /** The picture is mirrored: left and right change places in the words. */
  flip?: boolean;
};

type Kind = {
  caption: (record: DataRecord, rng: () => number) => string;
  canonical: (record: DataRecord) => string;
  phrases: (record: DataRecord) => string[];
};

const EMOJI: Kind = { caption: captionEmoji, canonical: canonicalEmoji, phrases: emojiPhrases };
const KINDS: Readonly<Record<string, Kind>> = {
  face: { caption: captionFace, canonical: canonicalFace, phrases: facePhrases },
  composition: { caption: captionComposition, canonical: canonicalComposition, phrases: compositionPhrases },
};

function kindOf(record: DataRecord): Kind {
  return KINDS[record.group] ?? EMOJI;
}

/** A caption of the picture, varied by `rng`: always true of it, never empty. */
export function caption(record: DataRecord, { rng, background, flip = false }: CaptionOptions): string {
  const said = kindOf(record).caption(record, rng);
  const words = wordsOf(said).length > 0 ? said : canonicalCaption(record);
  const mirrored = flip ? mirrorWords(words) : words;
  if (background === undefined || background === "white") return mirrored;
  return `${mirrored}${pick(backgroundPhrases(background), rng)}`;
}

/** The one caption that evaluation uses: the style and the name, or every main attribute of a face. */
export function canonicalCaption(record: DataRecord): string {
  return kindOf(record).canonical(record);
}

/** Every phrase that captions of this record are put together from. */
export function captionPhrases(record: DataRecord): string[] {
  return [...kindOf(record).phrases(record), canonicalCaption(record)];
}

/** The ways to say that the background has a colour; each follows a caption. */
export function backgroundPhrases(name: string): string[] {
  return [` on ${withArticle(name)} background`, `, ${name} background`];
}
