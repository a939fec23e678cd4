// What a face generator hands back, and the choices that all generators share: colours, subjects, how often.
import type { Attributes } from "../../record.ts";
import { weighted, type Rng } from "../rng.ts";

/** A face that was drawn: what is true of it, and its square SVG. */
export type Face = { attributes: Attributes; svg: string };

/** Draws one face from random numbers. */
export type FaceMaker = (rng: Rng) => Face;

/** The part of DiceBear that two generators use. */
export type DiceBear = { createAvatar(style: object, options: object): { toString(): string } };

export const CLOTH_COLOURS: Readonly<Record<string, string>> = {
  red: "d93636",
  blue: "3b78e0",
  green: "3ca24e",
  yellow: "f7d03c",
  orange: "f2892a",
  purple: "8648c8",
  pink: "f78db8",
  black: "2a2a32",
  white: "f6f6f6",
  gray: "8c929b",
  brown: "875733",
  teal: "2aa5a5",
};

export const HAIR_COLOURS: Readonly<Record<string, string>> = {
  black: "2a1c18",
  brown: "724133",
  blond: "e6c25e",
  red: "c93a0c",
  pink: "f57fae",
  gray: "a3a7ab",
  white: "f0f0f0",
  blue: "4a7ce0",
  green: "45a858",
};

const HAIR_WEIGHTS = { black: 20, brown: 20, blond: 18, red: 10, pink: 14, gray: 6, white: 3, blue: 5, green: 4 };

/** Skin words with the colours of each. */
export const SKINS: Readonly<Record<string, readonly string[]>> = {
  "light skin": ["ffdbb4", "edb98a"],
  "brown skin": ["d08b5b", "ae5d29"],
  "dark skin": ["614335"],
};

/** A colour's word and value from a table, each as likely. */
export function pickColour(table: Readonly<Record<string, string>>, rng: Rng): { word: string; hex: string } {
  const words = Object.keys(table);
  const word = words[Math.floor(rng() * words.length)];
  return { word, hex: table[word] };
}

/** A hair colour, natural ones more often. */
export function pickHairColour(rng: Rng): { word: string; hex: string } {
  const word = weighted(HAIR_WEIGHTS, rng);
  return { word, hex: HAIR_COLOURS[word] };
}

/** A skin word and one of its colours. */
export function pickSkin(rng: Rng): { word: string; hex: string } {
  const word = weighted({ "light skin": 5, "brown skin": 3, "dark skin": 2 }, rng);
  const tones = SKINS[word];
  return { word, hex: tones[Math.floor(rng() * tones.length)] };
}

/** The attributes without those that aren't known (undefined). */
export function known(attributes: Record<string, string | undefined>): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)) as Attributes;
}

/** Attributes of something worn: "red hat", and its kind and colour alone. */
export function hatAttributes(kind: string | undefined, colour?: string): Record<string, string | undefined> {
  if (kind === undefined) return { hat: "none" };
  return { hat: colour === undefined ? kind : `${colour} ${kind}`, hatKind: kind, hatColor: colour };
}

/** Hair in words: "long pink hair", "pink afro", "bald". */
export function hairPhrase(kind: string, colour: string): string {
  if (kind === "bald") return kind;
  return ["afro", "bun", "mohawk", "pigtails"].includes(kind) ? `${colour} ${kind}` : `${kind} ${colour} hair`;
}
