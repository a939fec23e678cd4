// Drawing, scaling and placing of pictures while data sets are built.
import { describe, expect, it } from "vitest";
import { createCanvas, drawOver, measureShape } from "./canvas.ts";

/** A square picture from rows of characters: "#" is opaque red. */
function drawing(...rows: string[]): Uint8Array {
  return Uint8Array.from(rows.flatMap((row) => [...row].flatMap((c) => (c === "#" ? [255, 0, 0, 255] : [0, 0, 0, 0]))));
}

describe("drawOver", () => {
  it("puts a picture at its place and cuts what hangs over", () => {
    const canvas = createCanvas(3);
    drawOver(canvas, drawing("##", "##"), 2, 2, -1);
    const alphas = Array.from({ length: 9 }, (_, i) => canvas.rgba[i * 4 + 3]);
    expect(alphas).toEqual([0, 0, 255, 0, 0, 0, 0, 0, 0]);
  });

  it("mixes straight colours as light does", () => {
    const canvas = createCanvas(1);
    drawOver(canvas, Uint8Array.of(200, 0, 0, 255), 1, 0, 0);
    drawOver(canvas, Uint8Array.of(0, 0, 100, 51), 1, 0, 0); // a fifth of blue
    expect([...canvas.rgba]).toEqual([160, 0, 20, 255]);
    const clear = createCanvas(1);
    drawOver(clear, Uint8Array.of(10, 20, 30, 51), 1, 0, 0);
    expect([...clear.rgba]).toEqual([10, 20, 30, 51]);
  });
});

describe("measureShape", () => {
  it("finds the crown between ears, the bounds and the head's width", () => {
    const cat = drawing(
      "..........",
      ".#......#.",
      ".##....##.",
      ".########.",
      ".########.",
      ".########.",
      ".########.",
      ".########.",
      "..######..",
      "..........",
    );
    expect(measureShape(cat)).toEqual({
      left: 0.1, right: 0.9, top: 0.1, bottom: 0.9, crown: 0.3, middle: 0.5, width: 0.8,
    });
  });

  it("has nothing to say of an empty picture", () => {
    expect(measureShape(new Uint8Array(16))).toBeNull();
  });
});
