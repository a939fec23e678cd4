// Faces taken apart for the judge: kinds and colours by themselves, and nothing that can't be seen.
import { expect, it } from "vitest";
import { attributeTable, judgedAttributes, namedAttributes } from "./face-attributes.ts";

const pirate = {
  generator: "bigheads",
  subject: "man",
  hat: "red beanie",
  hatKind: "beanie",
  hatColor: "red",
  glasses: "eyepatch",
  beard: "black long beard",
  beardKind: "long beard",
  mouth: "smiling",
  clothes: "blue tank top",
  clothesKind: "tank top",
  clothesColor: "blue",
};

it("tells kinds from colours", () => {
  expect(judgedAttributes(pirate)).toEqual({
    style: "bigheads",
    hat: "beanie",
    hat_color: "red",
    glasses: "eyepatch",
    beard: "long beard",
    beard_color: "black",
    mouth: "smiling",
    clothes: "tank top",
    clothes_color: "blue",
  });
  const hair = { hair: "short pink hair", hairColor: "pink" };
  expect(judgedAttributes(hair)).toEqual({ hair: "short hair", hair_color: "pink" });
  expect(judgedAttributes({ hair: "bald" })).toEqual({ hair: "bald" });
});

it("knows open eyes only where the generator would have said so and nothing hides them", () => {
  expect(judgedAttributes({ generator: "avataaars", glasses: "glasses" }).eyes).toBe("open");
  expect(judgedAttributes({ generator: "avataaars", glasses: "none", winking: "winking" }).eyes).toBe("winking");
  expect(judgedAttributes({ generator: "avataaars", glasses: "sunglasses" }).eyes).toBeUndefined();
  expect(judgedAttributes({ generator: "bigheads", glasses: "glasses" }).eyes).toBeUndefined();
  expect(judgedAttributes({ generator: "facesjs", glasses: "none" }).eyes).toBeUndefined();
});

it("asks only for what a caption names", () => {
  const plain = { generator: "avataaars", hat: "none", glasses: "none", beard: "none", mouth: "sad" };
  expect(namedAttributes(plain)).toEqual({ style: "avataaars", mouth: "sad" });
  expect(namedAttributes({ ...plain, eyes: "heart eyes" }).eyes).toBe("heart eyes");
});

it("lists every value once, and no attribute that is always the same", () => {
  const record = {
    id: "",
    code: "",
    style: "",
    name: "x",
    keywords: [],
    group: "face",
    colors: [],
    split: "train" as const,
  };
  const records = [pirate, { ...pirate, hat: "none", hatKind: "", hatColor: "green" }, pirate].map((attributes) => ({
    ...record,
    attributes,
  }));
  expect(attributeTable(records)).toEqual({ hat: ["beanie", "none"], hat_color: ["green", "red"] });
});
