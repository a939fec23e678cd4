// Which pictures a model never sees in training: a rule on names alone, so that any tool finds the same ones.
import { createHash } from "node:crypto";
import type { Attributes, Split } from "./record.ts";

/** The first byte of SHA-1 of `text`: 0 to 255. */
export function firstByte(text: string): number {
  return createHash("sha1").update(text).digest()[0];
}

/** True for about a tenth of the concepts: they are held out in every style. */
export function isHeldOutConcept(code: string): boolean {
  return firstByte(code) < 26;
}

/** True for about a twentieth of the (concept, style) cells. Never for Fluent 3D, whose pictures are clip frames. */
export function isHeldOutCell(code: string, style: string): boolean {
  return style !== "3d" && firstByte(`${code}|${style}`) < 13;
}

/** The split of an emoji of `code` (hexadecimal code points joined by "-", without fe0f and skin tones). */
export function emojiSplit(code: string, style: string): Split {
  if (isHeldOutConcept(code)) return "heldout-concept";
  return isHeldOutCell(code, style) ? "heldout-cell" : "train";
}

/**
 * The split of a face: held out when it is a hat with sunglasses and pink hair, or when it has at least two of
 * hat, glasses and hair, and the first byte of SHA-1 of `<hat>|<glasses>|<hair>` is below 20. Words as in the
 * record; "none" for what the face lacks and for hair that a hat hides. Each part alone is in training.
 */
export function faceSplit({ hat = "none", glasses = "none", hair = "none", hairColor }: Attributes): Split {
  const parts = [hat, glasses, hair];
  if (hat !== "none" && glasses === "sunglasses" && hairColor === "pink") return "heldout-combination";
  const present = parts.filter((part) => part !== "none").length;
  return present >= 2 && firstByte(parts.join("|")) < 20 ? "heldout-combination" : "train";
}

/**
 * The split of a picture put together from emoji of `codes` in one style: held out when a part's concept or cell
 * is, or when the first byte of SHA-1 of the codes joined by "+" (subject, hat, glasses; or left, right) is below
 * 20, also for the first two of three.
 */
export function compositionSplit(codes: readonly string[], style: string): Split {
  if (codes.some(isHeldOutConcept)) return "heldout-concept";
  if (codes.some((code) => isHeldOutCell(code, style))) return "heldout-cell";
  const combinations = codes.slice(1).map((_, at) => codes.slice(0, at + 2).join("+"));
  const heldOut = combinations.some((key) => firstByte(key) < 20);
  return heldOut ? "heldout-combination" : "train";
}
