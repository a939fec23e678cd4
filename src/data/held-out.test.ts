// The held-out rule, by hash.
import { describe, expect, it } from "vitest";
import { compositionSplit, emojiSplit, faceSplit, firstByte, isHeldOutCell, isHeldOutConcept } from "./held-out.ts";

describe("held-out rules", () => {
  it("take the first byte of SHA-1", () => {
    // FIPS 180: SHA-1("abc") = a9993e36...; SHA-1("") = da39a3ee...
    expect([firstByte("abc"), firstByte("")]).toEqual([0xa9, 0xda]);
  });

  it("hold out the dog and the panda, and keep the cat's face, in every style", () => {
    for (const style of ["3d", "color", "flat", "noto", "blob", "twemoji", "fx"]) {
      expect(emojiSplit("1f415", style)).toBe("heldout-concept");
      expect(emojiSplit("1f43c", style)).toBe("heldout-concept");
      expect(isHeldOutConcept("1f431")).toBe(false);
    }
  });

  it("hold out the fox in two styles", () => {
    const styles = ["3d", "color", "flat", "noto", "blob", "twemoji"];
    expect(styles.filter((style) => isHeldOutCell("1f98a", style))).toEqual(["blob", "twemoji"]);
    expect(styles.map((style) => emojiSplit("1f98a", style))).toEqual([
      ...Array(4).fill("train"),
      ...Array(2).fill("heldout-cell"),
    ]);
  });

  it("never hold out a cell of the style whose pictures are clip frames", () => {
    const codes = Array.from({ length: 2000 }, (_, i) => i.toString(16));
    expect(codes.some((code) => isHeldOutCell(code, "3d"))).toBe(false);
    const cells = codes.filter((code) => isHeldOutCell(code, "noto")).length;
    expect(cells / codes.length).toBeGreaterThan(0.03);
    expect(cells / codes.length).toBeLessThan(0.075);
  });

  it("hold out a tenth of the concepts", () => {
    const codes = Array.from({ length: 4000 }, (_, i) => i.toString(16));
    const part = codes.filter(isHeldOutConcept).length / codes.length;
    expect(part).toBeGreaterThan(0.08);
    expect(part).toBeLessThan(0.125);
  });

  it("hold out every face with a hat, sunglasses and pink hair, and no face with one attribute alone", () => {
    for (const hat of ["red hat", "blue beanie", "green cap", "white beanie"]) {
      const face = { hat, glasses: "sunglasses", hair: "long pink hair", hairColor: "pink" };
      expect(faceSplit(face)).toBe("heldout-combination");
      for (const style of ["red", "blue", "green", "black", "white"]) {
        expect(faceSplit({ hat: `${style} hat`, glasses: "none" })).toBe("train");
        expect(faceSplit({ hat: "none", glasses: "none", hair: `long ${style} hair`, hairColor: style })).toBe("train");
      }
    }
    for (let i = 0; i < 300; i++) expect(faceSplit({ hat: `hat ${i}`, glasses: "none" })).toBe("train");
    expect(faceSplit({ hat: "none", glasses: "sunglasses" })).toBe("train");
  });

  it("hold out about a thirteenth of the other combinations", () => {
    let heldOut = 0;
    for (let i = 0; i < 3000; i++) {
      if (faceSplit({ hat: `hat ${i}`, glasses: "glasses" }) === "heldout-combination") heldOut++;
    }
    expect(heldOut / 3000).toBeGreaterThan(0.06);
    expect(heldOut / 3000).toBeLessThan(0.1);
  });

  it("hold out a composition with a part that is held out, and keep a cat with a top hat", () => {
    expect(compositionSplit(["1f431", "1f3a9"], "3d")).toBe("train");
    expect(compositionSplit(["1f43c", "1f3a9"], "3d")).toBe("heldout-concept");
    expect(compositionSplit(["1f98a", "1f3a9"], "blob")).toBe("heldout-cell");
    const hats = Array.from({ length: 400 }, (_, i) => `aa${i.toString(16)}`).filter((code) => !isHeldOutConcept(code));
    const splits = hats.map((hat) => [hat, compositionSplit(["1f431", hat], "3d")] as const);
    const held = splits.find(([, split]) => split === "heldout-combination");
    expect(held).toBeDefined();
    // A third part doesn't free it.
    expect(compositionSplit(["1f431", held![0], "1f431"], "3d")).toBe("heldout-combination");
  });
});
