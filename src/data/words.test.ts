// Splitting and joining words.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinAnd, mirrorWords, pick, pickSome, withArticle, wordsOf } from "./words.ts";

describe("words", () => {
  it("are lower-case, without accents, split at hyphens and kept at apostrophes", () => {
    expect(wordsOf("A Piñata, heart-eyes: woman's 3D (1st)!")).toEqual([
      "a", "pinata", "heart", "eyes", "woman's", "3d", "1st",
    ]);
    expect(wordsOf(" \u2026 ")).toEqual([]);
  });

  it.each([
    ["cat", "a cat"],
    ["orange", "an orange"],
    ["unicorn", "a unicorn"],
    ["hourglass", "an hourglass"],
    ["ewe", "a ewe"],
    ["grapes", "grapes"],
    ["3d", "a 3d"],
    ["bus", "a bus"],
    ["kissing face with smiling eyes", "a kissing face with smiling eyes"],
    ["people with bunny ears", "people with bunny ears"],
  ])("take an article that fits: %s", (noun, expected) => {
    expect(withArticle(noun)).toBe(expected);
  });

  it("join with commas and a last and", () => {
    expect([joinAnd([]), joinAnd(["a"]), joinAnd(["a", "b"]), joinAnd(["a", "b", "c"])]).toEqual([
      "", "a", "a and b", "a, b and c",
    ]);
  });

  it("change left and right when mirrored, and mirroring twice is nothing", () => {
    expect(mirrorWords("leftwards hand to the right of a bright arrow")).toBe(
      "rightwards hand to the left of a bright arrow",
    );
    const sides = fc.array(fc.constantFrom("left", "right", "leftwards", "bright", "cat", "copyright"));
    fc.assert(
      fc.property(sides, (words) => {
        expect(mirrorWords(mirrorWords(words.join(" ")))).toBe(words.join(" "));
      }),
    );
  });

  it("are chosen without repeats, for any numbers", () => {
    const several = fc.uniqueArray(fc.integer(), { minLength: 1 });
    const uniform = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(several, fc.nat(10), uniform, (items, count, u) => {
        const chosen = pickSome(items, count, () => u);
        expect(new Set(chosen).size).toBe(Math.min(count, items.length));
        expect(items).toContain(pick(items, () => u));
      }),
    );
  });
});
