// How another engine makes the batches of a task without the rules of captions and choices being written twice: what is
// drawn by rules in words (which picture, its tokens) is stored, what are plain numbers is said as a rule.
import type { Dataset } from "../data/index.ts";
import { BACKGROUND_NAMES, BACKGROUNDS, compose, type BackgroundName } from "../data/index.ts";

/** Where one input of a batch comes from. */
export type Source =
  /** Stored for every step. */
  | { kind: "column" }
  /** counterNormal({ seed, sample, draw: step }) over the whole batch. */
  | { kind: "normal"; sample: number }
  /** Of t = shift / (shift + exp(-z)), z as in "normal": 1 - t, t and 1000 t. */
  | { kind: "flow-time"; sample: number; shift: number; part: "alpha" | "sigma" | "time" }
  /**
   * The pictures of the columns "picture", "flip" and "background", moved by "dx" and "dy" where there are such
   * columns, and shrunk by `factor`.
   */
  | { kind: "pictures"; factor: number }
  /** Rows of the latents of all pictures and variants: the column "row" is picture * variants + variant. */
  | { kind: "latents" };

/** Numbers of a step by name: one row a sample. */
export type Columns = Record<string, Int32Array | Float32Array>;

export type Recipe = {
  /** The seed of "normal" and "flow-time". */
  seed: number;
  /** Of each input of the batch; those left out are columns of the same name. */
  sources: Readonly<Record<string, Source>>;
  /** The columns of step `step`, in sample order. */
  choose(step: number): Columns;
  /** Data sets whose training pictures, one set after the other, "picture" counts. */
  datasets: readonly Dataset[];
  /** How each variant of a picture is shown ("latents" only). */
  variants?: { count: number; view(picture: number, variant: number): { flip: boolean; background: BackgroundName } };
};

/** Indices of the training pictures of a data set: what "picture" counts. */
export const trainingIndices = (dataset: Dataset): number[] =>
  dataset.records.flatMap((record, index) => (record.split === "train" ? [index] : []));

export const backgroundNumber = (name: BackgroundName): number => BACKGROUND_NAMES.indexOf(name);

/** The colours that "background" counts. */
export const backgroundColours = BACKGROUND_NAMES.map((name) => BACKGROUNDS[name]);

/** Draws one chosen picture: size * size * 3 bytes. `scratch` holds size * size * 4. */
export function drawChosen(
  dataset: Dataset,
  index: number,
  [flip, background]: readonly [number, number],
  scratch: Uint8Array,
  out: Uint8Array,
): void {
  dataset.read(index, scratch);
  compose(scratch, backgroundColours[background], flip === 1, out);
}
