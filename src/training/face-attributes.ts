// What a judge of faces is asked: a face's attributes taken apart, so that "red beanie" is a kind of hat and a colour.
import type { Attributes, DataRecord } from "../data/index.ts";

/** The attributes of a face by the judge's names. What can't be seen in the picture, or isn't known, is left out. */
export function judgedAttributes(attributes: Attributes): Record<string, string> {
  const {
    generator,
    hat,
    hatKind,
    hatColor,
    glasses,
    beard,
    beardKind,
    hair,
    hairColor,
    mouth,
    skin,
    clothesKind,
    clothesColor,
  } = attributes;
  const judged: Record<string, string | undefined> = {
    style: generator,
    hat: hat === "none" ? "none" : hatKind,
    hat_color: hatColor,
    glasses,
    beard: beard === "none" ? "none" : beardKind,
    beard_color: beardKind === undefined ? undefined : without(beard, beardKind),
    hair: hairColor === undefined ? hair : without(hair, hairColor),
    hair_color: hairColor,
    eyes: eyesOf(attributes),
    mouth,
    skin,
    clothes: clothesKind,
    clothes_color: clothesColor,
  };
  return Object.fromEntries(Object.entries(judged).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >;
}

/** The judge's attributes that a caption names: those that the face has, not those that it lacks. */
export function namedAttributes(attributes: Attributes): Record<string, string> {
  return Object.fromEntries(
    Object.entries(judgedAttributes(attributes)).filter(
      ([name, value]) => value !== "none" && !(name === "eyes" && attributes.eyes === undefined),
    ),
  );
}

/** Two generators draw every kind of eyes and say which; dark glasses hide them. */
function eyesOf({ generator, glasses, eyes, winking }: Attributes): string | undefined {
  const shown = glasses === "none" || (generator === "avataaars" && glasses === "glasses");
  if (!shown || (generator !== "avataaars" && generator !== "bigheads")) return eyes;
  return eyes ?? winking ?? "open";
}

/** "red beanie" without "red": the words of `part` taken out. */
function without(whole: string | undefined, part: string): string | undefined {
  return whole?.replace(part, "").replace(/\s+/g, " ").trim();
}

/** Every attribute of the faces among `records` with all its values, sorted: the judge's heads. */
export function attributeTable(records: readonly DataRecord[]): Record<string, string[]> {
  const table = new Map<string, Set<string>>();
  for (const record of records) {
    for (const [name, value] of Object.entries(judgedAttributes(record.attributes ?? {}))) {
      table.set(name, (table.get(name) ?? new Set()).add(value));
    }
  }
  return Object.fromEntries(
    [...table].filter(([, values]) => values.size > 1).map(([name, values]) => [name, [...values].sort()]),
  );
}
