// Captions: never empty, always true, the same for the same numbers.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BACKGROUND_NAMES } from "./background.ts";
import { canonicalCaption, caption } from "./caption.ts";
import { STYLE_WORDS } from "./caption-emoji.ts";
import type { DataRecord } from "./record.ts";
import { vocabulary } from "./vocabulary.ts";
import { wordsOf } from "./words.ts";

const text = fc.string({ unit: fc.constantFrom("a", "é", "'", "-", " ", "7", "!", "left", " right "), maxLength: 12 });

/** Emoji records with any name and keywords, also without a letter. */
const emoji: fc.Arbitrary<DataRecord> = fc.record({
  id: fc.constant("x|3d"),
  code: fc.constant("x"),
  style: fc.constantFrom(...Object.keys(STYLE_WORDS)),
  name: text.filter((name) => name !== ""),
  keywords: fc.array(text, { maxLength: 6 }),
  group: fc.constantFrom("animals & nature", "objects"),
  colors: fc.uniqueArray(fc.constantFrom("red", "blue", "white"), { maxLength: 3 }),
  split: fc.constant("train" as const),
});

/** Uniform numbers from a list, over and over. */
function cycle(numbers: readonly number[]): () => number {
  let at = 0;
  return () => numbers[at++ % numbers.length];
}
const uniform = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const uniforms = fc.array(uniform, { minLength: 7, maxLength: 40 });

const CAT: DataRecord = {
  id: "1f431|3d",
  code: "1f431",
  style: "3d",
  name: "cat face",
  keywords: ["pet", "animal", "whiskers"],
  group: "animals & nature",
  colors: ["orange", "yellow"],
  split: "train",
};

function many(record: DataRecord, count = 400): string[] {
  let state = 1;
  const rng = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length: count }, () => caption(record, { rng }));
}

describe("captions of emoji", () => {
  it("always have a word, also when neither name nor keywords have one", () => {
    fc.assert(
      fc.property(emoji, uniforms, (record, numbers) => {
        expect(wordsOf(caption(record, { rng: cycle(numbers) })).length).toBeGreaterThan(0);
      }),
    );
  });

  it("fall back to the style when a name has no letters", () => {
    const nameless = { ...CAT, name: "!", keywords: ["?", "..."], colors: [] };
    const said = many(nameless);
    for (const line of said) expect(wordsOf(line).length, line).toBeGreaterThan(0);
    expect(said).toContain(canonicalCaption(nameless));
  });

  it("say only words of the vocabulary, whatever the background and the mirroring", () => {
    const background = fc.constantFrom(undefined, ...BACKGROUND_NAMES);
    fc.assert(
      fc.property(emoji, uniforms, background, fc.boolean(), (record, numbers, name, flip) => {
        const known = vocabulary([record]);
        for (const word of wordsOf(caption(record, { rng: cycle(numbers), background: name, flip }))) {
          expect(known.has(word), word).toBe(true);
        }
        for (const word of wordsOf(canonicalCaption(record))) expect(known.has(word), word).toBe(true);
      }),
    );
  });

  it("are the same for the same random numbers", () => {
    fc.assert(
      fc.property(emoji, uniforms, (record, numbers) => {
        const [one, two] = [1, 2].map(() => caption(record, { rng: cycle(numbers) }));
        expect(one).toBe(two);
      }),
    );
  });

  it("name a background that isn't white, and never a white one", () => {
    const rng = (): number => 0.99;
    expect(caption(CAT, { rng, background: "blue" })).toMatch(/blue background$/);
    for (const said of [caption(CAT, { rng, background: "white" }), caption(CAT, { rng })]) {
      expect(said).not.toContain("background");
    }
  });

  it("exchange left and right for a mirrored picture", () => {
    const arrow = { ...CAT, name: "left arrow", keywords: [], colors: [] };
    const [plain, mirrored] = [false, true].map((flip) => caption(arrow, { rng: () => 0.5, flip }));
    expect(plain).toContain("left arrow");
    expect(mirrored).toBe(plain.replace("left", "right"));
  });

  it("vary: name alone, style, keywords and colours all occur", () => {
    const said = many(CAT);
    expect(new Set(said).size).toBeGreaterThan(60);
    for (const wanted of [/^cat face$/, /^a 3d emoji of/, /, 3d/, /whiskers/, /orange/, /animals and nature/]) {
      expect(said.some((line) => wanted.test(line)), String(wanted)).toBe(true);
    }
    const styled = said.filter((line) => /\b3d\b/.test(line)).length;
    expect(styled / said.length).toBeGreaterThan(0.65);
    expect(styled / said.length).toBeLessThan(0.9);
  });

  it("don't add a measured colour to a name that has one", () => {
    const heart = { ...CAT, name: "red heart", keywords: [], colors: ["red", "pink"] };
    for (const line of many(heart)) expect(line).not.toContain("pink");
  });

  it("have one canonical form", () => {
    expect(canonicalCaption(CAT)).toBe("a 3d emoji of a cat face");
  });
});

describe("captions of compositions", () => {
  const part = { ...CAT, group: "composition", keywords: [], colors: [] };

  it("say hat, top hat and cat, in words that the README uses", () => {
    const attributes = { subject: "cat", hat: "top hat", glasses: "none" };
    const said = many({ ...part, name: "cat wearing a top hat", attributes });
    expect(said).toContain("a cat wearing a hat");
    expect(said).toContain("a cat with a top hat");
    for (const line of said) expect(line).toMatch(/cat .*hat/);
    expect(canonicalCaption({ ...part, attributes })).toBe("a 3d emoji of a cat wearing a top hat");
  });

  it("say that a bare head has no hat, and never that it has one", () => {
    const said = many({ ...part, attributes: { subject: "cat", hat: "none", glasses: "none" } });
    expect(said).toContain("a cat without a hat");
    for (const line of said) expect(line).not.toMatch(/(with|wearing|in) a hat/);
  });

  it("say a crown without calling it a hat, and both things that are worn", () => {
    for (const line of many({ ...part, attributes: { subject: "cat", hat: "crown", glasses: "none" } })) {
      expect(line).not.toContain("hat");
    }
    for (const line of many({ ...part, attributes: { subject: "cat", hat: "cap", glasses: "sunglasses" } })) {
      expect(line).toMatch(/a cap\b.*sunglasses/);
    }
  });

  it("say the sides of a pair truly, also mirrored", () => {
    const pair = { ...part, name: "cat and rocket", attributes: { left: "cat", right: "rocket" } };
    const sides = /cat on the left and a rocket on the right|cat to the left of a rocket|rocket to the right of a cat/;
    for (const line of many(pair)) if (/left|right/.test(line)) expect(line).toMatch(sides);
    fc.assert(
      fc.property(uniforms, (numbers) => {
        const line = caption(pair, { rng: cycle(numbers), flip: true });
        if (/left|right/.test(line)) expect(line).not.toMatch(sides);
      }),
    );
  });
});
