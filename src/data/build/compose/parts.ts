// The parts of compositions: who may wear something, what can be worn and how it sits, what stands beside what.
import type { Concept } from "../emoji-concepts.ts";

/** Concept name to the word that captions use for it. */
export const SUBJECTS: ReadonlyMap<string, string> = new Map([
  ["cat face", "cat"],
  ["dog face", "dog"],
  ["mouse face", "mouse"],
  ["hamster", "hamster"],
  ["rabbit face", "rabbit"],
  ["fox", "fox"],
  ["bear", "bear"],
  ["panda", "panda"],
  ["polar bear", "polar bear"],
  ["koala", "koala"],
  ["tiger face", "tiger"],
  ["lion", "lion"],
  ["cow face", "cow"],
  ["pig face", "pig"],
  ["frog", "frog"],
  ["monkey face", "monkey"],
  ["wolf", "wolf"],
  ["raccoon", "raccoon"],
  ["chicken", "chicken"],
  ["penguin", "penguin"],
  ["front-facing baby chick", "chick"],
  ["owl", "owl"],
  ["grinning cat", "grinning cat"],
  ["smiling cat with heart-eyes", "smiling cat with heart-eyes"],
  ["grinning face", "grinning face"],
  ["grinning face with big eyes", "grinning face with big eyes"],
  ["smiling face with smiling eyes", "smiling face with smiling eyes"],
  ["slightly smiling face", "smiling face"],
  ["winking face", "winking face"],
  ["neutral face", "neutral face"],
  ["face with tongue", "face with tongue"],
  ["angry face", "angry face"],
  ["frowning face", "frowning face"],
  ["ghost", "ghost"],
  ["alien", "alien"],
  ["robot", "robot"],
  ["skull", "skull"],
  ["jack-o-lantern", "pumpkin"],
  ["full moon face", "moon with a face"],
  ["boy", "boy"],
  ["girl", "girl"],
  ["man", "man"],
  ["woman", "woman"],
  ["baby", "baby"],
  ["old woman", "old woman"],
]);

export type Wear = {
  /** The word that captions use. */
  readonly word: string;
  /** Width of the hat as a part of the head's width. */
  readonly width: number;
  /** How far it reaches below the top of the head, as a part of the hat's own height. */
  readonly sink: number;
};

/** Concept name of each hat and how it sits. */
export const HATS: ReadonlyMap<string, Wear> = new Map([
  ["top hat", { word: "top hat", width: 0.86, sink: 0.2 }],
  ["crown", { word: "crown", width: 0.66, sink: 0.18 }],
  ["billed cap", { word: "cap", width: 0.92, sink: 0.26 }],
  ["woman's hat", { word: "woman's hat", width: 1.1, sink: 0.3 }],
  ["graduation cap", { word: "graduation cap", width: 1.05, sink: 0.32 }],
  ["military helmet", { word: "military helmet", width: 0.95, sink: 0.4 }],
  ["rescue worker's helmet", { word: "rescue helmet", width: 0.95, sink: 0.36 }],
]);

export const SUNGLASSES = "sunglasses";

/** Heads whose eyes aren't where most have them: on top. */
export const EYES_ON_TOP: ReadonlySet<string> = new Set(["frog"]);

/** Drawings (name and style) of whole bodies or from the side, on which a hat or sunglasses land wrong. */
export const UNDRESSED: ReadonlySet<string> = new Set([
  "rabbit face|fx",
  "raccoon|noto",
  "koala|blob",
  "chicken|blob",
]);

/** Heads that sunglasses don't fit, or whose name speaks of eyes that they would hide. */
export const NO_GLASSES: ReadonlySet<string> = new Set([
  "chicken",
  "penguin",
  "front-facing baby chick",
  "owl",
  "smiling cat with heart-eyes",
  "smiling face with smiling eyes",
  "winking face",
]);

const PAIR_GROUPS: ReadonlySet<string> = new Set([
  "animals & nature",
  "food & drink",
  "activities",
  "objects",
  "travel & places",
]);
const NO_PAIR =
  /clock|thirty|moon|mailbox|wind|button|sign|with|behind|paw|footprint|banknote|folder|envelope|calendar|chart|shuttle|night|sunrise/;

/** True for what can stand beside another thing: short names of single objects, and some hearts and faces. */
export function canPair({ name, group }: Concept): boolean {
  if (SUBJECTS.has(name) || /^(red|blue|green|yellow|purple|orange) heart$/.test(name)) return true;
  return PAIR_GROUPS.has(group) && name.split(" ").length <= 2 && /^[a-z -]+$/.test(name) && !NO_PAIR.test(name);
}

/** A concept's word in captions. */
export function wordFor(name: string): string {
  return SUBJECTS.get(name) ?? name.replace(/ face$/, "");
}
