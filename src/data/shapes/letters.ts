// Letters as strokes: a short text becomes points along the lines that a pen would draw.
import { DriftfieldError } from "../../core/index.ts";
import { along } from "./curves.ts";
import type { PointSet, Polyline, ShapeOptions } from "./point-set.ts";

/** Strokes on a grid 4 wide and 6 high, as digits x y from the lower left; strokes are apart by spaces. */
const STROKES: Readonly<Record<string, string>> = {
  A: "002640 1333", B: "00063645343303 3342413000", C: "4536160501103041", D: "000626454140202000", E: "46060040 0333",
  F: "460600 0333", G: "453616050110304143 4323", H: "0006 4046 0343", I: "2026", J: "4641301001", K: "0006 460340",
  L: "060040", M: "0006234640", N: "00064046", O: "100105163645413010", P: "00063645443303",
  Q: "100105163645413010 2240", R: "00063645443303 2340", S: "453616050413334241301001", T: "0646 2620",
  U: "060110304146", V: "062046", W: "0610233046", X: "0640 4600", Y: "062346 2320", Z: "06460040",
};
const [WIDTH, HEIGHT, GAP] = [4, 6, 2];
const LONGEST = 8;

/**
 * Points along the strokes of `text` (1 to 8 letters A to Z, any case), centred, at most 2 wide and 1.5 high.
 * @throws DriftfieldError "invalid_option" for another text
 */
export function letters(options: ShapeOptions & { text?: string } = {}): PointSet {
  const { text = "AI", count = 200, seed = 0, noise = 0 } = options;
  const drawn = [...text.toUpperCase()];
  if (drawn.length === 0 || drawn.length > LONGEST || drawn.some((letter) => STROKES[letter] === undefined)) {
    throw new DriftfieldError("invalid_option", `letters can't draw ${JSON.stringify(text)}`, {
      path: "text",
      received: text,
      expected: `1 to ${LONGEST} letters from A to Z`,
      hint: "Give for example AI.",
    });
  }
  const wide = drawn.length * (WIDTH + GAP) - GAP;
  const scale = Math.min(2 / wide, 1.5 / HEIGHT);
  const lines = drawn.flatMap((letter, at): Polyline[] =>
    STROKES[letter].split(" ").map((stroke) => {
      const numbers = [...stroke].map(Number);
      return Float32Array.from(numbers, (value, i) =>
        i % 2 === 0 ? (value + at * (WIDTH + GAP) - wide / 2) * scale : (value - HEIGHT / 2) * scale,
      );
    }),
  );
  return along("letters", lines, { count, seed, noise });
}
