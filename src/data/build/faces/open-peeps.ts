// Faces by DiceBear's Open Peeps: hand-drawn busts in ink, some with coloured hair, hats and clothes.
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

/** Head name to hair; a head in COLOURED takes the hair colour, the others are inked black. */
const MEN: Readonly<Record<string, string>> = {
  flatTop: "short",
  grayShort: "short",
  mohawk: "mohawk",
  noHair1: "bald",
  noHair2: "bald",
  pomp: "short",
  shaved1: "short",
  short1: "short",
  short2: "short",
  short3: "short",
  short4: "short",
  short5: "short",
  twists: "short",
};
const WOMEN: Readonly<Record<string, string>> = {
  bangs: "long",
  bangs2: "bobbed",
  bun2: "bun",
  grayBun: "bun",
  grayMedium: "bobbed",
  long: "long",
  longAfro: "afro",
  longBangs: "long",
  longCurly: "curly",
  medium1: "bobbed",
  mediumBangs: "curly",
  mediumStraight: "long",
};
const COLOURED = new Set(["grayShort", "mohawk", "short4", "bangs", "grayBun", "grayMedium", "mediumBangs"]);
const HATS = { hatBeanie: "beanie", hatHip: "hat", turban: "turban", hijab: "hijab" };
const GLASSES: Readonly<Record<string, readonly string[]>> = {
  glasses: ["glasses", "glasses2", "glasses3", "glasses4", "glasses5"],
  sunglasses: ["sunglasses", "sunglasses2"],
  eyepatch: ["eyepatch"],
};
const BEARDS: Readonly<Record<string, readonly string[]>> = {
  beard: ["full", "full2", "full3"],
  goatee: ["goatee1", "goatee2"],
  mustache: ["moustache2", "moustache3", "moustache5", "moustache6"],
};
const FACES: Readonly<Record<string, readonly string[]>> = {
  smiling: ["smile", "smileBig", "cute"],
  laughing: ["smileLOL"],
  serious: ["serious"],
  angry: ["veryAngry", "rage"],
  sad: ["solemn"],
};

/** Loads the generator. */
export async function openOpenPeeps(): Promise<FaceMaker> {
  const { createAvatar } = await importPackage<DiceBear>("@dicebear/core/lib/index.js");
  const style = await importPackage<object>("@dicebear/open-peeps/lib/index.js");

  return (rng) => {
    const skin = pickSkin(rng);
    const hair = pickHairColour(rng);
    const cloth = pickColour(CLOTH_COLOURS, rng);
    const hat = rng() < 0.4 ? weighted({ hatBeanie: 40, hatHip: 35, turban: 15, hijab: 10 }, rng) : undefined;
    const manly = rng() < 0.5 && hat !== "hijab";
    const hairs = manly ? MEN : WOMEN;
    const coloured = Object.keys(hairs).filter((name) => COLOURED.has(name));
    const head = oneOf(rng() < 0.5 ? coloured : Object.keys(hairs), rng);
    const glasses = rng() < 0.42 ? weighted({ glasses: 50, sunglasses: 42, eyepatch: 8 }, rng) : undefined;
    const beard = manly && rng() < 0.45 ? weighted({ beard: 50, goatee: 20, mustache: 30 }, rng) : undefined;
    const mouth = weighted({ smiling: 50, laughing: 12, serious: 14, angry: 12, sad: 12 }, rng);

    const svg = createAvatar(style, {
      seed: "driftfield",
      head: [hat ?? head],
      headContrastColor: [hair.hex],
      clothingColor: [cloth.hex],
      skinColor: [skin.hex],
      face: [oneOf(FACES[mouth], rng)],
      accessories: glasses === undefined ? [] : [oneOf(GLASSES[glasses], rng)],
      accessoriesProbability: glasses === undefined ? 0 : 100,
      facialHair: beard === undefined ? [] : [oneOf(BEARDS[beard], rng)],
      facialHairProbability: beard === undefined ? 0 : 100,
      maskProbability: 0,
    }).toString();

    const black = hat === "hatHip" || hat === "hijab";
    const colour = COLOURED.has(head) ? hair.word : "black";
    const hidden = beard !== undefined ? "man" : hat === "hijab" ? "woman" : "person";
    const subject = hat !== undefined ? hidden : manly ? "man" : "woman";
    const attributes = known({
      generator: "openpeeps",
      subject,
      ...hatAttributes(hat && HATS[hat], black ? "black" : cloth.word),
      glasses: glasses ?? "none",
      beard: beard === undefined ? "none" : `black ${beard}`,
      beardKind: beard,
      hair: hat === undefined ? hairPhrase(hairs[head], colour) : undefined,
      hairColor: hat === undefined && hairs[head] !== "bald" ? colour : undefined,
      mouth,
      skin: skin.word,
      clothes: `${cloth.word} shirt`,
      clothesKind: "shirt",
      clothesColor: cloth.word,
    });
    return { attributes, svg };
  };
}
