// The data set that the state names, as points; and what there is to say when they are few, or all the same.
import { lab } from "../state/lab.svelte.ts";
import { inkOf } from "./letters.ts";
import { shapes, spread } from "./shapes.ts";

const fonts = $state({ ready: false });
void document.fonts.load('700 120px "Inter Variable"').then(() => (fonts.ready = true));

const current = $derived.by(() => {
  if (lab.data === "drawn") return Float32Array.from(lab.drawn);
  const [count, seed] = [lab.count, lab.seed];
  if (lab.data !== "letters") return shapes[lab.data](count, seed);
  return fonts.ready ? spread(inkOf(lab.letters), count, seed) : new Float32Array(0);
});

const spreadOf = $derived(current.some((value, i) => value !== current[i % 2]));

export const dataset = {
  /** (x0, y0, x1, y1, ...). */
  get points(): Float32Array {
    return current;
  },
  get count(): number {
    return current.length / 2;
  },
  /** A clear sentence where the data are too few to show anything; null where they aren't. */
  get remark(): string | null {
    if (current.length > 0) return spreadOf ? null : "All points are the same: at every noise level the field points at that one place.";
    if (lab.data === "letters" && !fonts.ready) return "The letters' font is being loaded.";
    if (lab.data === "letters") return "There are no letters to take points from: write some.";
    if (lab.data === "drawn") return "There are no points yet: draw some in the scene “Data”.";
    return "There are no points: raise their number.";
  },
};
