// Faces by Big Heads: round cartoon heads; the one generator that shows hair under a hat.
import { requirePackage } from "../packages.ts";
import { oneOf, weighted } from "../rng.ts";
import { hairPhrase, hatAttributes, known, type FaceMaker } from "./face.ts";

type React = { createElement(type: unknown, props: object): unknown };
type Server = { renderToStaticMarkup(element: unknown): string };

const SKINS: Readonly<Record<string, readonly string[]>> = {
  "light skin": ["light"],
  "brown skin": ["brown", "red"],
  "dark skin": ["dark", "black"],
};
const HAIR_WORDS: Readonly<Record<string, string>> = { blonde: "blond", orange: "red" };
const HAIR_WEIGHTS = { blonde: 18, orange: 12, black: 18, white: 6, brown: 18, blue: 8, pink: 20 };
const MEN_HAIR = { short: "short", buzz: "short", none: "bald", afro: "afro" };
const WOMEN_HAIR = { long: "long", bob: "bobbed", pixie: "short", bun: "bun", afro: "afro" };
/** Hair that a hat doesn't hide, and hair that the drawing keeps on top of any hat. */
const UNDER_HAT = new Set(["long", "bob", "pixie"]);
const OVER_HAT = new Set(["afro"]);
const GLASSES: Readonly<Record<string, readonly string[]>> = {
  none: ["none"],
  glasses: ["roundGlasses", "tinyGlasses"],
  sunglasses: ["shades"],
};
const CLOTHES: Readonly<Record<string, string>> = {
  shirt: "shirt",
  vneck: "shirt",
  tankTop: "tank top",
  dress: "dress",
};
const MOUTHS: Readonly<Record<string, readonly string[]>> = {
  smiling: ["grin", "openSmile"],
  sad: ["sad"],
  serious: ["serious"],
  surprised: ["open"],
};
const EYES: Readonly<Record<string, string>> = {
  open: "normal",
  "heart eyes": "heart",
  "closed eyes": "content",
  wink: "wink",
};

/** Loads the generator. */
export async function openBigHeads(): Promise<FaceMaker> {
  const { createElement } = requirePackage<React>("react");
  const { renderToStaticMarkup } = requirePackage<Server>("react-dom/server");
  const { BigHead } = requirePackage<{ BigHead: unknown }>("@bigheads/core");

  return (rng) => {
    const man = rng() < 0.5;
    const skin = weighted({ "light skin": 5, "brown skin": 3, "dark skin": 2 }, rng);
    const hairColour = weighted(HAIR_WEIGHTS, rng);
    const hairWord = HAIR_WORDS[hairColour] ?? hairColour;
    const hat = rng() < 0.45 ? weighted({ beanie: 70, turban: 30 }, rng) : undefined;
    const hairs: Readonly<Record<string, string>> = man ? MEN_HAIR : WOMEN_HAIR;
    const usable = Object.keys(hairs).filter((name) => hat === undefined || !OVER_HAT.has(name));
    const hair = oneOf(usable, rng);
    const glasses = weighted({ none: 55, glasses: 20, sunglasses: 25 }, rng);
    const beard = man ? weighted({ none: 55, beard: 45 }, rng) : "none";
    const hatColour = oneOf(["white", "blue", "black", "green", "red"], rng);
    const clothing = oneOf(Object.keys(CLOTHES).filter((name) => !man || name !== "dress"), rng);
    const clothesColour = oneOf(["white", "blue", "black", "green", "red"], rng);
    const mouth = weighted({ smiling: 55, sad: 15, serious: 15, surprised: 15 }, rng);
    const eyes = weighted({ open: 76, "heart eyes": 8, "closed eyes": 8, wink: 8 }, rng);

    const markup = renderToStaticMarkup(
      createElement(BigHead, {
        skinTone: oneOf(SKINS[skin], rng),
        eyes: EYES[eyes],
        eyebrows: "raised",
        mouth: oneOf(MOUTHS[mouth], rng),
        hair,
        facialHair: beard === "beard" ? "mediumBeard" : "none",
        clothing,
        accessory: oneOf(GLASSES[glasses], rng),
        graphic: "none",
        hat: hat ?? "none",
        body: man ? "chest" : "breasts",
        hairColor: hairColour,
        clothingColor: clothesColour,
        circleColor: "blue",
        lipColor: "red",
        hatColor: hatColour,
        mask: false,
        faceMask: false,
        faceMaskColor: "blue",
        lashes: !man,
      }),
    );
    const svg = markup
      .replace(/viewBox="[^"]*"/, 'viewBox="80 60 840 840"')
      // Its pink, black and red are all nearly purple; clearer ones keep the words true.
      .replaceAll("#D69AC7", "#f58cb8")
      .replaceAll("#C683B4", "#e374a4")
      .replaceAll("#633749", "#34303a")
      .replaceAll("#D67070", "#e04b4b");

    const hairShows = hat === undefined || UNDER_HAT.has(hair);
    const kind = hairs[hair];
    const attributes = known({
      generator: "bigheads",
      subject: man ? "man" : "woman",
      ...hatAttributes(hat, hatColour),
      glasses,
      beard: beard === "none" ? "none" : `${hairWord} beard`,
      beardKind: beard === "none" ? undefined : beard,
      hair: hairShows ? hairPhrase(kind, hairWord) : undefined,
      hairColor: hairShows && kind !== "bald" ? hairWord : undefined,
      mouth,
      eyes: glasses === "none" && eyes.endsWith("eyes") ? eyes : undefined,
      winking: glasses === "none" && eyes === "wink" ? "winking" : undefined,
      skin,
      clothes: `${clothesColour} ${CLOTHES[clothing]}`,
      clothesKind: CLOTHES[clothing],
      clothesColor: clothesColour,
    });
    return { attributes, svg };
  };
}
