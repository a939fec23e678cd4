// Reading faces with the judge and comparing with what is true of them, or with what was asked for.
import type { Attributes, DataRecord } from "../../data/index.ts";
import { canonicalCaption } from "../../data/index.ts";
import { namedAttributes } from "../../training/face-attributes.ts";
import type { Reading } from "../face-judge.ts";

/** What a caption asks for, by the judge's names. */
export type Asked = Readonly<Record<string, string>>;

export type Score = { right: number; named: number };

/** For each face: how many of the attributes asked for the judge read. */
export function scoresOf(readings: readonly Reading[], asked: readonly Asked[]): Score[] {
  return readings.map((reading, i) => {
    const wanted = Object.entries(asked[i]);
    return { right: wanted.filter(([name, value]) => reading[name] === value).length, named: wanted.length };
  });
}

/** The same by attribute: name, faces that were asked for it, share that was read. */
export function byAttribute(
  readings: readonly Reading[],
  asked: readonly Asked[],
): [name: string, faces: number, share: number][] {
  const names = [...new Set(asked.flatMap((wanted) => Object.keys(wanted)))].sort();
  return names.map((name) => {
    const faces = asked.flatMap((wanted, i) => (wanted[name] === undefined ? [] : [i]));
    return [
      name.replace("_", " "),
      faces.length,
      faces.filter((i) => readings[i][name] === asked[i][name]).length / faces.length,
    ];
  });
}

/** Groups of attributes that are left out of a caption that is too long for the model, the first ones first. */
const LESS_IMPORTANT: readonly (readonly string[])[] = [
  ["skin"],
  ["clothes", "clothesKind", "clothesColor"],
  ["eyes"],
  ["hair", "hairColor"],
  ["beard", "beardKind"],
];

/** A caption of the face that the model reads to its end, and the attributes that it names. */
export function facePrompt(record: DataRecord, fits: (caption: string) => boolean): { prompt: string; asked: Asked } {
  let attributes: Attributes = record.attributes ?? {};
  for (const group of [[], ...LESS_IMPORTANT]) {
    attributes = Object.fromEntries(Object.entries(attributes).filter(([key]) => !group.includes(key)));
    const prompt = canonicalCaption({ ...record, attributes });
    if (fits(prompt) || group === LESS_IMPORTANT.at(-1)) return { prompt, asked: namedAttributes(attributes) };
  }
  throw new Error("unreachable");
}
