// The concepts of the emoji set: code, name, keywords and group of every emoji but flags of countries.
import { requirePackage } from "./packages.ts";

export type Concept = {
  /** Lower-case hexadecimal code points joined by "-", without fe0f. */
  readonly code: string;
  readonly name: string;
  readonly keywords: readonly string[];
  readonly group: string;
};

type ByEmoji = Record<string, { name: string; group: string }>;
type Emojibase = { hexcode: string; tags?: string[] }[];

/** The code of an emoji: its code points without the variation selector. */
export function codeOf(emoji: string): string {
  return [...emoji]
    .map((char) => char.codePointAt(0)!.toString(16))
    .filter((point) => point !== "fe0f")
    .join("-");
}

function plainCode(hexcode: string): string {
  return hexcode
    .toLowerCase()
    .split("-")
    .filter((point) => point !== "fe0f")
    .map((point) => point.replace(/^0+(?=.)/, ""))
    .join("-");
}

/** Lower-case words; null when nothing with a letter is left (an emoticon, a number). */
function tidyKeyword(text: string): string | null {
  const words = text
    .toLowerCase()
    .replace(/[_-]+/g, " ")
    .replace(/[’']/g, "'")
    .trim();
  return /^[a-z][a-z' ]*$/.test(words) ? words : null;
}

/** Every concept, in Unicode's order. Flags of countries and regions are left out. */
export function loadConcepts(): Concept[] {
  const emojis = requirePackage<ByEmoji>("unicode-emoji-json/data-by-emoji.json");
  const tags = new Map<string, readonly string[]>();
  for (const { hexcode, tags: list } of requirePackage<Emojibase>("emojibase-data/en/data.json")) {
    tags.set(plainCode(hexcode), list ?? []);
  }
  const lib = new Map<string, readonly string[]>();
  for (const [emoji, list] of Object.entries(requirePackage<Record<string, string[]>>("emojilib"))) {
    lib.set(codeOf(emoji), list);
  }
  return Object.entries(emojis)
    .filter(([, { name, group }]) => group !== "Flags" || !name.startsWith("flag "))
    .map(([emoji, { name, group }]) => {
      const code = codeOf(emoji);
      const title = name.toLowerCase().replace(/[“”"]/g, "").replace(/’/g, "'").trim();
      const words = [...(tags.get(code) ?? []), ...(lib.get(code) ?? [])].map(tidyKeyword);
      const keywords = [...new Set(words)].filter((word) => word !== null && word !== title) as string[];
      return { code, name: title, keywords, group: group.toLowerCase() };
    });
}
