// Faces by DiceBear's avataaars: flat busts with hats, glasses, beards and every colour free.
import { importPackage } from "../packages.ts";
import { oneOf, weighted } from "../rng.ts";
import {
  CLOTH_COLOURS,
  hairPhrase,
  hatAttributes,
  known,
  pickColour,
  pickHairColour,
  pickSkin,
  type DiceBear,
  type FaceMaker,
} from "./face.ts";

const HATS = {
  hat: "hat",
  winterHat1: "winter hat",
  winterHat02: "winter hat",
  winterHat03: "beanie",
  turban: "turban",
};
const HAT_WEIGHTS = { hat: 45, winterHat1: 14, winterHat02: 12, winterHat03: 17, turban: 12 };

const SHORT: Readonly<Record<string, string>> = {
  dreads01: "short",
  shortCurly: "curly",
  shortFlat: "short",
  shortRound: "short",
  shortWaved: "short",
  theCaesar: "short",
  theCaesarAndSidePart: "short",
  frizzle: "short",
  shaggy: "short",
};
const LONG: Readonly<Record<string, string>> = {
  bigHair: "long",
  bob: "bobbed",
  bun: "bun",
  curly: "curly",
  curvy: "long",
  dreads: "long",
  fro: "afro",
  longButNotTooLong: "long",
  miaWallace: "bobbed",
  straight01: "long",
  straight02: "long",
  straightAndStrand: "long",
};
const GLASSES: Readonly<Record<string, readonly string[]>> = {
  glasses: ["prescription01", "prescription02", "round"],
  sunglasses: ["sunglasses", "wayfarers", "kurt"],
  eyepatch: ["eyepatch"],
};
const BEARDS: Readonly<Record<string, readonly string[]>> = {
  beard: ["beardLight", "beardMedium"],
  "long beard": ["beardMajestic"],
  mustache: ["moustacheFancy", "moustacheMagnum"],
};
const CLOTHES: Readonly<Record<string, readonly string[]>> = {
  hoodie: ["hoodie"],
  shirt: ["shirtCrewNeck", "shirtScoopNeck", "shirtVNeck"],
  sweater: ["collarAndSweater"],
  blazer: ["blazerAndShirt", "blazerAndSweater"],
  overalls: ["overall"],
};
const MOUTHS: Readonly<Record<string, readonly string[]>> = {
  smiling: ["smile", "twinkle"],
  sad: ["sad"],
  serious: ["serious"],
  screaming: ["screamOpen"],
  grimacing: ["grimace"],
};
const EYES: Readonly<Record<string, string>> = {
  open: "default",
  "heart eyes": "hearts",
  "closed eyes": "closed",
  wink: "wink",
};

/** Loads the generator. */
export async function openAvataaars(): Promise<FaceMaker> {
  const { createAvatar } = await importPackage<DiceBear>("@dicebear/core/lib/index.js");
  const style = await importPackage<object>("@dicebear/avataaars/lib/index.js");

  return (rng) => {
    const skin = pickSkin(rng);
    const hair = pickHairColour(rng);
    const cloth = pickColour(CLOTH_COLOURS, rng);
    const clothesKind = weighted({ hoodie: 3, shirt: 4, sweater: 2, blazer: 2, overalls: 1 }, rng);
    const hatColour = pickColour(CLOTH_COLOURS, rng);
    const hatTop = rng() < 0.42 ? weighted(HAT_WEIGHTS, rng) : undefined;
    const manly = rng() < 0.55;
    const bald = hatTop === undefined && manly && rng() < 0.18;
    const hairTop = oneOf(Object.keys(manly ? SHORT : LONG), rng);
    const glasses = rng() < 0.42 ? weighted({ glasses: 45, sunglasses: 47, eyepatch: 8 }, rng) : undefined;
    const beard = manly && rng() < 0.5 ? weighted({ beard: 50, "long beard": 20, mustache: 30 }, rng) : undefined;
    const mouth = weighted({ smiling: 50, sad: 14, serious: 16, screaming: 10, grimacing: 10 }, rng);
    const eyes = weighted({ open: 76, "heart eyes": 8, "closed eyes": 8, wink: 8 }, rng);
    // A hat hides the hair: nobody can tell a man without a beard from a woman then.
    const subject = hatTop === undefined ? (manly ? "man" : "woman") : beard === undefined ? "person" : "man";
    const kind = bald ? "bald" : manly ? SHORT[hairTop] : LONG[hairTop];

    const svg = createAvatar(style, {
      seed: "driftfield",
      top: [hatTop ?? hairTop],
      topProbability: bald ? 0 : 100,
      hatColor: [hatColour.hex],
      hairColor: [hair.hex],
      accessories: glasses === undefined ? [] : [oneOf(GLASSES[glasses], rng)],
      accessoriesProbability: glasses === undefined ? 0 : 100,
      accessoriesColor: ["262e33"],
      facialHair: beard === undefined ? [] : [oneOf(BEARDS[beard], rng)],
      facialHairProbability: beard === undefined ? 0 : 100,
      facialHairColor: [hair.hex],
      clothing: [oneOf(CLOTHES[clothesKind], rng)],
      clothesColor: [cloth.hex],
      mouth: [oneOf(MOUTHS[mouth], rng)],
      eyes: [EYES[eyes]],
      eyebrows: ["defaultNatural"],
      skinColor: [skin.hex],
    }).toString();

    const eyesShow = glasses !== "sunglasses" && glasses !== "eyepatch";
    const attributes = known({
      generator: "avataaars",
      subject,
      ...hatAttributes(hatTop && HATS[hatTop], hatColour.word),
      glasses: glasses ?? "none",
      beard: beard === undefined ? "none" : `${hair.word} ${beard}`,
      beardKind: beard,
      hair: hatTop === undefined ? hairPhrase(kind, hair.word) : undefined,
      hairColor: hatTop === undefined && !bald ? hair.word : undefined,
      mouth,
      eyes: eyesShow && eyes.endsWith("eyes") ? eyes : undefined,
      winking: eyesShow && eyes === "wink" ? "winking" : undefined,
      skin: skin.word,
      clothes: `${cloth.word} ${clothesKind}`,
      clothesKind,
      clothesColor: cloth.word,
    });
    return { attributes, svg };
  };
}
