// Faces by facesjs: cartoon heads of players, with caps, headbands, glasses, beards and jerseys.
import { importPackage } from "../packages.ts";
import { oneOf, weighted } from "../rng.ts";
import {
  CLOTH_COLOURS,
  hairPhrase,
  hatAttributes,
  known,
  pickColour,
  pickHairColour,
  type FaceMaker,
} from "./face.ts";

type FacesJs = { faceToSvgString(face: object): string };

const SKINS: Readonly<Record<string, readonly string[]>> = {
  "light skin": ["#f2d6cb", "#fedac7", "#ddb7a0"],
  "brown skin": ["#bb876f", "#a67358"],
  "dark skin": ["#74453d", "#5c3937"],
};
const MEN_HAIR: Readonly<Record<string, readonly string[]>> = {
  short: ["short", "short2", "short3", "crop", "hair", "parted", "middle-part"],
  curly: ["curly", "curly3"],
  spiky: ["spike2", "spike3", "spike4"],
  afro: ["afro", "afro2"],
  bald: ["bald"],
};
const WOMEN_HAIR: Readonly<Record<string, readonly string[]>> = {
  long: ["female1", "female7", "female9", "female10"],
  bobbed: ["female1", "female5", "female6"],
  bun: ["female8"],
  pigtails: ["female2"],
};
const LONG_BACKS = ["female1", "female2", "female3", "female4"];
const HATS: Readonly<Record<string, readonly string[]>> = {
  cap: ["hat", "hat2", "hat3"],
  headband: ["headband", "headband-high"],
  "santa hat": ["santa-hat"],
};
const GLASSES = ["glasses1-primary", "glasses2-black"];
const BEARDS: Readonly<Record<string, readonly string[]>> = {
  beard: ["beard1", "beard2", "beard3", "beard4"],
  goatee: ["fullgoatee", "fullgoatee2", "goatee1-stache"],
  mustache: ["mustache1"],
};
const MOUTHS: Readonly<Record<string, readonly string[]>> = {
  smiling: ["smile", "smile2", "smile3", "smile-closed"],
  angry: ["angry"],
  serious: ["straight"],
};
const MEN_EYES = ["eye1", "eye2", "eye4", "eye8", "eye12", "eye17"];
const WOMEN_EYES = ["female1", "female3", "female6", "female9", "female12"];
const JERSEYS = ["jersey", "jersey2", "football", "baseball3", "hockey3"];

/** Loads the generator. */
export async function openFacesJs(): Promise<FaceMaker> {
  const { faceToSvgString } = await importPackage<FacesJs>("facesjs/build/index.js");

  return (rng) => {
    const man = rng() < 0.6;
    const skin = weighted({ "light skin": 5, "brown skin": 3, "dark skin": 2 }, rng);
    const hair = pickHairColour(rng);
    const team = pickColour(CLOTH_COLOURS, rng);
    const hat = rng() < 0.42 ? weighted({ cap: 60, headband: 22, "santa hat": 18 }, rng) : undefined;
    const covered = hat === "cap" || hat === "santa hat";
    const kind = man
      ? covered
        ? "short"
        : weighted({ short: 45, curly: 15, spiky: 15, afro: 10, bald: hat === undefined ? 15 : 0 }, rng)
      : weighted({ long: 55, bobbed: 29, bun: covered ? 0 : 8, pigtails: covered ? 0 : 8 }, rng);
    const glasses = rng() < 0.35;
    const beard = man && rng() < 0.45 ? weighted({ beard: 55, goatee: 30, mustache: 15 }, rng) : undefined;
    const mouth = weighted({ smiling: 60, angry: 20, serious: 20 }, rng);

    const svg = faceToSvgString({
      fatness: Math.round(rng() * (man ? 70 : 30)) / 100,
      teamColors: [`#${team.hex}`, `#${team.hex}`, "#ffffff"],
      hairBg: { id: kind === "long" ? oneOf(LONG_BACKS, rng) : "none" },
      body: { id: "body", color: oneOf(SKINS[skin], rng), size: man ? 1 : 0.85 },
      jersey: { id: oneOf(JERSEYS, rng) },
      ear: { id: "ear1", size: man ? 0.9 : 0.6 },
      head: { id: oneOf(man ? ["head1", "head3", "head9"] : ["female1", "female2"], rng), shave: "rgba(0,0,0,0)" },
      eyeLine: { id: "none" },
      smileLine: { id: "none", size: 1 },
      miscLine: { id: "none" },
      facialHair: { id: beard === undefined ? "none" : oneOf(BEARDS[beard], rng) },
      eye: { id: oneOf(man ? MEN_EYES : WOMEN_EYES, rng), angle: Math.round(rng() * 10 - 3) },
      eyebrow: { id: man ? "eyebrow1" : "female1", angle: Math.round(rng() * 10 - 3) },
      hair: { id: oneOf((man ? MEN_HAIR : WOMEN_HAIR)[kind], rng), color: `#${hair.hex}`, flip: false },
      mouth: { id: oneOf(MOUTHS[mouth], rng), flip: false },
      nose: { id: oneOf(["nose1", "nose4", "small"], rng), flip: false, size: man ? 0.8 : 0.6 },
      glasses: { id: glasses ? oneOf(GLASSES, rng) : "none" },
      accessories: { id: hat === undefined ? "none" : oneOf(HATS[hat], rng) },
    });

    // Under a cap only long hair shows.
    const hairShows = !covered || !man;
    const attributes = known({
      generator: "facesjs",
      subject: man ? "man" : "woman",
      ...hatAttributes(hat, hat === "santa hat" ? undefined : team.word),
      glasses: glasses ? "glasses" : "none",
      beard: beard === undefined ? "none" : `${hair.word} ${beard}`,
      beardKind: beard,
      hair: hairShows ? hairPhrase(kind, hair.word) : undefined,
      hairColor: hairShows && kind !== "bald" ? hair.word : undefined,
      mouth,
      skin,
      clothes: `${team.word} jersey`,
      clothesKind: "jersey",
      clothesColor: team.word,
    });
    const square = svg.replace(/<svg [^>]*>/, '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-100 0 600 600">');
    return { attributes, svg: square };
  };
}
