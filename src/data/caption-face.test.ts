// What captions of faces say is true of them.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalCaption, caption } from "./caption.ts";
import { withAttribute, withoutAttribute } from "./caption-face.ts";
import type { Attributes, DataRecord } from "./record.ts";
import { vocabulary } from "./vocabulary.ts";
import { wordsOf } from "./words.ts";

const FACE: Attributes = {
  generator: "avataaars",
  subject: "man",
  hat: "red beanie",
  hatKind: "beanie",
  hatColor: "red",
  glasses: "sunglasses",
  beard: "brown beard",
  beardKind: "beard",
  mouth: "smiling",
  skin: "light skin",
  clothes: "blue hoodie",
  clothesKind: "hoodie",
  clothesColor: "blue",
};

function record(attributes: Attributes, style = "avataaars"): DataRecord {
  const text = { id: "f|avataaars", code: "f", style, name: "face", group: "face" };
  return { ...text, keywords: [], colors: [], split: "train", attributes };
}

function many(face: DataRecord, count = 600): string[] {
  let state = 7;
  const rng = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length: count }, () => caption(face, { rng }));
}

describe("captions of faces", () => {
  it("name one to all attributes in varying order", () => {
    const said = many(record(FACE));
    expect(new Set(said).size).toBeGreaterThan(300);
    const named = (line: string): number => {
      const all = [/hat|beanie/, /sunglasses/, /beard/, /skin/, /hoodie/];
      return all.filter((word) => word.test(line)).length;
    };
    const counts = new Set(said.map(named));
    expect([...counts].sort()).toEqual([1, 2, 3, 4, 5]);
    expect(said.some((line) => /sunglasses.*hoodie/.test(line))).toBe(true);
    expect(said.some((line) => /hoodie.*sunglasses/.test(line))).toBe(true);
  });

  it("say in half of them all that there is, the style first", () => {
    const all = [/^an avatar of a smiling man /, /hat|beanie/, /sunglasses/, /beard/, /skin/, /hoodie/];
    const said = many(record(FACE));
    const whole = said.filter((line) => all.every((word) => word.test(line))).length;
    expect(whole / said.length).toBeGreaterThan(0.43);
    expect(whole / said.length).toBeLessThan(0.62);
  });

  it("call a beanie a hat, and a headband or a turban never", () => {
    expect(many(record(FACE)).some((line) => line.includes("a red hat"))).toBe(true);
    for (const hatKind of ["headband", "turban", "hijab"]) {
      for (const line of many(record({ ...FACE, hat: `red ${hatKind}`, hatKind }))) expect(line).not.toMatch(/\bhat\b/);
    }
  });

  it("say that something is absent only when it is", () => {
    const bare = { ...FACE, hat: "none", glasses: "none", beard: "none", hair: "bald" };
    const said = many(record({ ...bare, hatKind: "", beardKind: "" }));
    for (const wanted of ["without a hat", "without glasses", "no beard", "bald"]) {
      expect(said.some((line) => line.includes(wanted)), wanted).toBe(true);
    }
    for (const line of many(record(FACE))) expect(line).not.toMatch(/without|\bno\b|bald/);
  });

  it("say nothing of hair that a hat hides", () => {
    for (const line of many(record(FACE))) expect(line).not.toContain("hair");
  });

  it("use words of the vocabulary only", () => {
    const hair = { ...FACE, hat: "none", hair: "long pink hair", hairColor: "pink", eyes: "heart eyes" };
    const afro = { ...FACE, hair: "pink afro", hat: "none" };
    const faces = [record(FACE), record(hair, "bigheads"), record(afro, "facesjs")];
    const known = vocabulary(faces);
    for (const face of faces) {
      for (const line of [...many(face), canonicalCaption(face)]) {
        for (const word of wordsOf(line)) expect(known.has(word), word).toBe(true);
      }
    }
  });

  it("have one canonical form with every attribute", () => {
    expect(canonicalCaption(record(FACE))).toBe(
      "an avatar of a smiling man with a red beanie, sunglasses, a brown beard and light skin in a blue hoodie",
    );
  });

  it("have a subject even when nothing is known", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (u) => {
        expect(caption(record({}), { rng: () => u })).toMatch(/person|face/);
      }),
    );
  });
});

describe("withAttribute and withoutAttribute", () => {
  it("give the two sides of CLIP's arithmetic", () => {
    expect(withAttribute(FACE, "hat")).toEqual(["with a red beanie", "wearing a red beanie"]);
    expect(withoutAttribute(FACE, "hat")).toEqual([]);
    expect(withoutAttribute({ ...FACE, hat: "none" }, "hat")).toEqual(["without a hat", "with no hat"]);
    expect(withAttribute({ ...FACE, hat: "none" }, "hat")).toEqual([]);
    expect(withAttribute({ hair: "pink bun" }, "hair")).toEqual(["with a pink bun"]);
  });

  it("know nothing of attributes that aren't known", () => {
    for (const key of ["hat", "hair", "generator"]) {
      expect([withAttribute({}, key), withoutAttribute({}, key)]).toEqual([[], []]);
    }
  });
});
