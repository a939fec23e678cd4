// Captions of faces: one to all attributes in any order; what a face lacks is sometimes said ("without a hat").
import type { Attributes, DataRecord } from "./record.ts";
import { joinAnd, pick, pickSome, withArticle } from "./words.ts";

/** Attributes that follow the subject as "with ...", and the word for their absence. */
const FEATURES: Readonly<Record<string, string>> = {
  hat: "a hat",
  glasses: "glasses",
  beard: "a beard",
  hair: "hair",
  eyes: "",
  clothes: "",
  skin: "",
};

/** Words for the drawing style of each generator; the first is the one that evaluation uses. */
export const GENERATOR_WORDS: Readonly<Record<string, readonly string[]>> = {
  avataaars: ["avatar"],
  openpeeps: ["sketch"],
  facesjs: ["cartoon"],
  bigheads: ["bighead"],
};

/** "with a red hat", "wearing sunglasses": the ways to say that the face has `key`; none when it hasn't. */
export function withAttribute(attributes: Attributes, key: string): string[] {
  const value = attributes[key];
  if (value === undefined || value === "none" || value === "bald") return [];
  const noun = / (hair|skin)$/.test(value) ? value : withArticle(value);
  if (key === "hat" || key === "glasses") return [`with ${noun}`, `wearing ${noun}`];
  return key === "clothes" ? [`in ${noun}`, `wearing ${noun}`] : [`with ${noun}`];
}

/** "without a hat": the ways to say that the face lacks `key`; none when it has it or it isn't known. */
export function withoutAttribute(attributes: Attributes, key: string): string[] {
  const value = attributes[key];
  if ((value !== "none" && value !== "bald") || !FEATURES[key]) return [];
  return [`without ${FEATURES[key]}`, `with no ${FEATURES[key].replace(/^a /, "")}`];
}

/** Head wear that nobody calls a hat. */
const NO_HATS: ReadonlySet<string> = new Set(["turban", "hijab", "headband"]);

/** Less exact names of an attribute's value that are true too (a "red beanie" is a beanie and a hat). */
function plainer(attributes: Attributes, key: string): Attributes[] {
  const { hatKind, hatColor, beardKind, hairColor, clothesKind } = attributes;
  const isHat = hatKind !== undefined && !NO_HATS.has(hatKind);
  const general: Record<string, (string | undefined)[]> = {
    hat: [hatKind, ...(isHat ? ["hat", hatColor && `${hatColor} hat`] : [])],
    beard: [beardKind, beardKind === "long beard" ? "beard" : undefined],
    hair: [hairColor && `${hairColor} hair`],
    clothes: [clothesKind],
  };
  const others = (general[key] ?? []).filter((value) => value !== undefined && value !== attributes[key]);
  return [...new Set(others)].map((value) => ({ ...attributes, [key]: value! }));
}

function featurePhrases(attributes: Attributes, key: string): string[] {
  return [attributes, ...plainer(attributes, key)].flatMap((known) => withAttribute(known, key));
}

/** What the face is called: "a man", "a smiling woman", "a bald person", "a face". */
function subjects(attributes: Attributes): string[] {
  const nouns = [...new Set([attributes.subject ?? "person", "person", "face"])];
  const adjectives = ["", attributes.mouth, attributes.winking, attributes.hair === "bald" ? "bald" : undefined];
  const usable = adjectives.filter((word): word is string => word !== undefined && word !== "none");
  return nouns.flatMap((noun) => usable.map((word) => withArticle(word === "" ? noun : `${word} ${noun}`)));
}

/** "with a, with b and wearing c" without saying "with" twice. */
function joinFeatures(phrases: readonly string[]): string {
  const groups = new Map<string, string[]>();
  for (const phrase of phrases) {
    const space = phrase.indexOf(" ");
    const verb = phrase.slice(0, space);
    groups.set(verb, [...(groups.get(verb) ?? []), phrase.slice(space + 1)]);
  }
  return [...groups].map(([verb, things]) => `${verb} ${joinAnd(things)}`).join(" ");
}

function inStyle(record: DataRecord, sentence: string): string[] {
  const words = GENERATOR_WORDS[record.style] ?? [record.style];
  return words.flatMap((word) => [`${withArticle(word)} of ${sentence}`, `${sentence}, ${word}`]);
}

/** "an avatar of a smiling bald man with a, b": the style in front, where a caption that is too long isn't cut. */
function wholeCaption(record: DataRecord, said: readonly string[]): string {
  const { mouth = "", hair, subject = "person" } = record.attributes ?? {};
  const noun = [mouth, hair === "bald" ? "bald" : "", subject].filter((word) => word !== "").join(" ");
  return inStyle(record, `${withArticle(noun)} ${joinFeatures(said)}`.trim())[0];
}

const WHOLE_SHARE = 0.5; // of the captions that say all that a face has
const ABSENT_SHARE = 0.05; // that say what it lacks: "without glasses" also says glasses, to who hasn't learned to deny

/**
 * A varied caption: half of them name the style and every attribute, the others one to all of the attributes; an absent
 * one is named in one of twenty.
 */
export function captionFace(record: DataRecord, rng: () => number): string {
  const attributes = record.attributes ?? {};
  const whole = rng() < WHOLE_SHARE;
  const present = Object.keys(FEATURES).filter((key) => withAttribute(attributes, key).length > 0);
  const most = whole ? present.length : 1 + Math.floor(rng() * Math.max(1, present.length));
  const said = pickSome(present, most, rng).map((key) => pick(featurePhrases(attributes, key), rng));
  const absent = Object.keys(FEATURES).filter((key) => withoutAttribute(attributes, key).length > 0);
  if (absent.length > 0 && rng() < ABSENT_SHARE) said.push(pick(withoutAttribute(attributes, pick(absent, rng)), rng));
  if (whole) return wholeCaption(record, said);
  const sentence = `${pick(subjects(attributes), rng)} ${joinFeatures(said)}`.trim();
  return rng() < 0.5 ? sentence : pick(inStyle(record, sentence), rng);
}

/** Every feature that the face has: "an avatar of a smiling man with a red hat, sunglasses and a brown beard". */
export function canonicalFace(record: DataRecord): string {
  const attributes = record.attributes ?? {};
  const said = Object.keys(FEATURES).flatMap((key) => withAttribute(attributes, key).slice(0, 1));
  return wholeCaption(record, said);
}

/** Every phrase that `captionFace` can use for the record. */
export function facePhrases(record: DataRecord): string[] {
  const attributes = record.attributes ?? {};
  const features = Object.keys(FEATURES).flatMap((key) => [
    ...featurePhrases(attributes, key),
    ...withoutAttribute(attributes, key),
  ]);
  return [...features, ...subjects(attributes).flatMap((who) => [who, ...inStyle(record, who)])];
}
