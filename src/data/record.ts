// What a data set on disk says about itself: its index and one record a picture.

export type Split = "train" | "heldout-concept" | "heldout-cell" | "heldout-combination";

/** What is known of a picture beyond its name: faces and compositions have them. Values are caption words. */
export type Attributes = Readonly<Record<string, string>>;

/** One picture's line in `records.jsonl`. The line number is the picture's index. */
export type DataRecord = {
  /** `<code>|<style>`, unique in the set. */
  readonly id: string;
  /** The concept: hexadecimal code points joined by "-" for emoji, a made-up name for other pictures. */
  readonly code: string;
  /** The style's name: "3d", "color", "flat", "noto", "blob", "twemoji", "fx", or a face generator's. */
  readonly style: string;
  readonly name: string;
  readonly keywords: readonly string[];
  readonly group: string;
  /** Words for the main colours, measured on the picture; the largest area first, at most three. */
  readonly colors: readonly string[];
  readonly split: Split;
  readonly attributes?: Attributes;
};

export type Shard = { readonly file: string; readonly count: number; readonly sha256: string };

/** `index.json` of a data set. Pixels are straight RGBA bytes, row by row, picture after picture. */
export type DatasetIndex = {
  readonly format: "driftfield-dataset";
  readonly version: 1;
  readonly name: string;
  readonly size: number;
  readonly channels: 4;
  readonly count: number;
  readonly shards: readonly Shard[];
  readonly records: string;
};

export const SPLITS: readonly Split[] = ["train", "heldout-concept", "heldout-cell", "heldout-combination"];
