// Plain tables for people: columns as wide as their widest cell, numbers to the right.

/** Lays rows out in columns; the first column stands left, all others right. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>((all, row) => row.map((cell, i) => Math.max(all[i] ?? 0, [...cell].length)), []);
  const pad = (cell: string, i: number) => {
    const space = " ".repeat(widths[i] - [...cell].length);
    return i === 0 ? cell + space : space + cell;
  };
  return rows.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}

/** Text of at most `length` characters. */
export function shorten(text: string, length: number): string {
  const letters = [...text.replace(/\s+/g, " ")];
  return letters.length <= length ? letters.join("") : `${letters.slice(0, length - 3).join("")}...`;
}
