// The colour words measured from a picture.
import { describe, expect, it } from "vitest";
import { BACKGROUND_NAMES, BACKGROUNDS } from "../background.ts";
import { colourWord, mainColours } from "./main-colours.ts";

describe("colourWord", () => {
  it("calls every named background by its name", () => {
    for (const name of BACKGROUND_NAMES) {
      const [r, g, b] = BACKGROUNDS[name];
      expect(colourWord(r, g, b)).toBe(name);
    }
  });

  it.each([
    [[255, 204, 77], "yellow"], // a smiley of Twemoji
    [[253, 216, 53], "yellow"], // a smiley of Noto
    [[249, 164, 74], "orange"], // a cat of Fluent
    [[221, 46, 68], "red"], // a heart of Twemoji
    [[49, 55, 61], "black"], // Twemoji's black
    [[102, 76, 57], "brown"],
    [[230, 231, 232], "white"],
    [[244, 144, 180], "pink"],
  ] as const)("calls %j %s", ([r, g, b], word) => {
    expect(colourWord(r, g, b)).toBe(word);
  });
});

describe("mainColours", () => {
  const red = [255, 0, 0, 255];
  const blue = [0, 0, 255, 255];
  const clear = [0, 255, 0, 0];

  it("puts the largest area first and leaves out what is transparent", () => {
    expect(mainColours(Uint8Array.from([red, blue, blue, ...Array(9).fill(clear)].flat()))).toEqual(["blue", "red"]);
  });

  it("leaves out what covers less than an eighth", () => {
    expect(mainColours(Uint8Array.from([...Array(15).fill(red), blue].flat()))).toEqual(["red"]);
  });

  it("says nothing of an empty picture, and at most three words", () => {
    expect(mainColours(new Uint8Array(64))).toEqual([]);
    const five = [red, blue, [0, 160, 0, 255], [255, 255, 255, 255], [255, 220, 0, 255]];
    expect(mainColours(Uint8Array.from(five.flat()))).toHaveLength(3);
  });
});
