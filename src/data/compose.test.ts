// Transparent pictures on a background.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BACKGROUND_NAMES, BACKGROUNDS, type Rgb } from "./background.ts";
import { compose } from "./compose.ts";

const byte = fc.integer({ min: 0, max: 255 });

describe("compose", () => {
  it("lays straight colours over the background, rounded to the nearest byte", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 36, maxLength: 36 }), fc.tuple(byte, byte, byte), (rgba, background) => {
        const out = new Uint8Array(27);
        compose(rgba, background, false, out);
        for (let p = 0; p < 9; p++) {
          const alpha = rgba[p * 4 + 3] / 255;
          for (let c = 0; c < 3; c++) {
            const exact = rgba[p * 4 + c] * alpha + background[c] * (1 - alpha);
            expect(Math.abs(out[p * 3 + c] - exact)).toBeLessThanOrEqual(0.5 + 1e-9);
          }
        }
      }),
    );
  });

  it("mirrors left to right, and twice is the picture again", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), (rgba) => {
        const white: Rgb = BACKGROUNDS.white;
        const [plain, mirrored] = [new Uint8Array(48), new Uint8Array(48)];
        compose(rgba, white, false, plain);
        compose(rgba, white, true, mirrored);
        for (let y = 0; y < 4; y++) {
          for (let x = 0; x < 4; x++) {
            const a = plain.slice((y * 4 + x) * 3, (y * 4 + x) * 3 + 3);
            const b = mirrored.slice((y * 4 + 3 - x) * 3, (y * 4 + 3 - x) * 3 + 3);
            expect([...a]).toEqual([...b]);
          }
        }
      }),
    );
  });

  it("shows the background where nothing is drawn, for every named colour", () => {
    for (const name of BACKGROUND_NAMES) {
      const out = new Uint8Array(12);
      compose(new Uint8Array(16), BACKGROUNDS[name], false, out);
      expect([out[0], out[1], out[2]]).toEqual([...BACKGROUNDS[name]]);
    }
  });

  it("refuses buffers that aren't one square picture", () => {
    expect(() => compose(new Uint8Array(16), BACKGROUNDS.white, false, new Uint8Array(13))).toThrow(RangeError);
    expect(() => compose(new Uint8Array(12), BACKGROUNDS.white, false, new Uint8Array(9))).toThrow(RangeError);
  });
});
