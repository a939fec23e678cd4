// What a measure hands back: tables of plain numbers, and the sheets that it drew.

/** "percent" shows a share as 93.4%; "number" three figures; "count" whole numbers; text otherwise. */
export type Column = { name: string; as?: "percent" | "number" | "count" };

export type Table = { title: string; columns: readonly Column[]; rows: readonly (readonly (string | number)[])[] };

/** A picture in docs/sheets and the words under it. */
export type SheetNote = { file: string; caption: string };

export type Findings = {
  /** Everything that decided the numbers, seeds included. */
  settings: Readonly<Record<string, unknown>>;
  tables: readonly Table[];
  sheets?: readonly SheetNote[];
};

export const text = (name: string): Column => ({ name });
export const percent = (name: string): Column => ({ name, as: "percent" });
export const figure = (name: string): Column => ({ name, as: "number" });
export const count = (name: string): Column => ({ name, as: "count" });

/** A share with its interval as three cells: percent, low, high. */
export const shareCells = ({ share, low, high }: { share: number; low: number; high: number }): number[] => [
  share,
  low,
  high,
];
export const shareColumns = (name: string): Column[] => [percent(name), percent("95% from"), percent("to")];
