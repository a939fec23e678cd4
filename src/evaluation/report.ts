// docs/results.md: the tables between two comments, made of docs/results.json; the words around them are people's.
import type { Column } from "./findings.ts";
import type { Measure } from "./measures/measure.ts";
import type { Results, StoredFindings } from "./results.ts";

const OPEN = "<!-- generated: results -->";
const CLOSE = "<!-- end: results -->";

/** `page` with its part between the comments made anew; a new page where there are no such comments. */
export function reportPage(page: string, results: Results, measures: readonly Measure[]): string {
  const [start, end] = [page.indexOf(OPEN), page.indexOf(CLOSE)];
  const body = `${OPEN}\n${resultsSection(results, measures)}\n${CLOSE}`;
  if (start < 0 || end < start) return `${page.trim() === "" ? "# Results" : page.trimEnd()}\n\n${body}\n`;
  return `${page.slice(0, start)}${body}${page.slice(end + CLOSE.length)}`;
}

function resultsSection(results: Results, measures: readonly Measure[]): string {
  const sections = measures.map((measure) => {
    const found = results.measures[measure.name];
    const body =
      found === undefined ? `Not measured yet: \`driftfield eval --only ${measure.name}\`.` : findingsText(found);
    return `## ${measure.title}\n\n${measure.about}\n\n${body}`;
  });
  return sections.join("\n\n");
}

function findingsText({ stale, tables, sheets, settings, identity }: StoredFindings): string {
  const parts: string[] = [];
  if (stale) parts.push("**Stale: the weights or data have changed since this was measured.**");
  for (const { title, columns, rows } of tables) {
    const head = `| ${columns.map(({ name }) => name).join(" | ")} |\n|${columns.map(({ as }) => (as ? "---:" : "---")).join("|")}|`;
    const lines = rows.map((row) => `| ${row.map((cell, i) => cellText(cell, columns[i])).join(" | ")} |`);
    parts.push(`**${title}**\n\n${[head, ...lines].join("\n")}`);
  }
  for (const { file, caption } of sheets) parts.push(`![${file.replace(/\.png$/, "")}](sheets/${file})\n\n${caption}`);
  const said = Object.entries({ ...settings }).map(
    ([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  const made = Object.entries(identity).map(([name, hash]) => `${name} ${hash}`);
  const from = made.length > 0 ? [`weights and data: ${made.join(", ")}`] : [];
  parts.push(`<sub>${[...said, ...from].join("; ")}</sub>`);
  return parts.join("\n\n");
}

/** One cell: shares as per cent, figures to three digits. Zero pictures (chance) and what isn't known stay empty. */
export function cellText(cell: string | number | null, { as }: Column): string {
  if (typeof cell === "string") return cell.replaceAll("|", "\\|");
  if (cell === null || (as === "count" && cell === 0)) return "";
  if (as === "percent") return `${(cell * 100).toFixed(1)}%`;
  if (as === "count") return String(cell);
  const plain = Math.abs(cell) >= 0.01 || cell === 0;
  return plain ? String(Number(cell.toPrecision(3))) : cell.toExponential(1);
}
