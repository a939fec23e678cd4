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

/** The same for sentences: cells are broken between words to columns of `widths` characters; a rule between rows. */
export function wrappedTable(rows: readonly (readonly string[])[], widths: readonly number[]): string {
  const rule = widths.map((width) => "-".repeat(width)).join("  ");
  const blocks = rows.map((row) => {
    const cells = row.map((cell, i) => wrapped(cell, widths[i]));
    const height = Math.max(...cells.map((lines) => lines.length));
    const lines = Array.from({ length: height }, (_, k) => cells.map((cell, i) => (cell[k] ?? "").padEnd(widths[i])));
    return lines.map((line) => line.join("  ").trimEnd()).join("\n");
  });
  return blocks.join(`\n${rule}\n`);
}

/** Lines of at most `width` characters; a longer word is cut. */
function wrapped(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(/\s+/).flatMap((long) => long.match(new RegExp(`.{1,${width}}`, "gu")) ?? [])) {
    const last = lines.length - 1;
    if (lines[last] === "") lines[last] = word;
    else if (lines[last].length + 1 + word.length <= width) lines[last] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}
