// The plots and tables of docs/choosing-a-sampler.md, drawn from what `npm run curves` measured.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { linePlot, type Line, type LinePlot } from "../plot/line-plot.ts";
import { themes } from "../plot/themes.ts";
import type { Curve } from "../curves/measure.ts";
import { replaceSection } from "./section.ts";

type Measured = Record<"table" | "flow" | "placement" | "distribution", Curve[]> & { floor: number };

const measured = (): Measured =>
  JSON.parse(readFileSync(join(import.meta.dirname, "..", "..", "docs", "curves", "curves.json"), "utf8"));

const shown = ["ddim", "heun", "dpmpp-2m", "dpmpp-3m", "unipc", "deis", "lms", "pndm", "accelerated"];
const spread = ["ddim", "dpmpp-2m", "lms", "accelerated", "pndm", "ddpm", "dpmpp-2m-sde"];

const x = "evaluations of the network";
const y = "mean distance from the exact solution";
const plots: Readonly<Record<string, (found: Measured) => LinePlot>> = {
  table: ({ table }) => ({ title: "Pictures, a table schedule (trailing)", x, y, lines: linesOf(table, shown) }),
  flow: ({ flow }) => ({ title: "Pictures, a flow", x, y, lines: linesOf(flow, shown) }),
  placement: ({ placement }) => ({
    title: "dpmpp-2m on pictures: where the noise levels lie",
    x,
    y,
    lines: linesOf(placement, placement.map(({ sampler }) => sampler)),
  }),
  distribution: ({ distribution, floor }) => ({
    title: "The spiral: how far samples are from true ones, as a distribution",
    x,
    y: "sliced Wasserstein distance",
    lines: linesOf(distribution, spread, ["ddpm", "dpmpp-2m-sde"]),
    floor: { at: floor, label: "true samples" },
  }),
};

function linesOf(curves: readonly Curve[], names: readonly string[], dashed: readonly string[] = []): Line[] {
  return names.flatMap((name) => {
    const curve = curves.find(({ sampler }) => sampler === name);
    if (curve === undefined || curve.points.length === 0) return [];
    const points = curve.points.map(({ evaluations, error }) => [evaluations, error] as const);
    return [{ label: name, points, dashed: dashed.includes(name) }];
  });
}

/** Each plot twice: for light and for dark pages. */
export const curvePlots = Object.entries(plots).flatMap(([name, plot]) =>
  (["light", "dark"] as const).map((theme) => ({
    path: `docs/curves/${name}-${theme}.svg`,
    make: () => linePlot(plot(measured()), themes[theme]),
  })),
);

const columns = [5, 8, 10, 20, 50];

/** docs/choosing-a-sampler.md with its tables as measured. */
export function choosing(page: string): string {
  const { table, flow, placement, distribution } = measured();
  const names = table.map(({ sampler }) => sampler);
  const both = names.map((name) => [`\`${name}\``, ...cells(table, name), ...cells(flow, name)]);
  const heads = ["table", "flow"].flatMap((where) => columns.map((count) => `${where}, ${count}`));
  const placed = placement.map(({ sampler }) => [sampler, ...cells(placement, sampler)]);
  const drawn = distribution.map(({ sampler }) => [`\`${sampler}\``, ...cells(distribution, sampler)]);
  const counts = columns.map(String);
  return [
    ["solvers", markdown(["sampler", ...heads], both)],
    ["placement", markdown(["noise levels", ...counts], placed)],
    ["distribution", markdown(["sampler", ...counts], drawn)],
  ].reduce((text, [name, content]) => replaceSection(text, name, content), page);
}

/** Errors at the budgets of the columns: the point nearest to each, within one evaluation; the later of two. */
function cells(curves: readonly Curve[], name: string): string[] {
  const points = curves.find(({ sampler }) => sampler === name)?.points ?? [];
  return columns.map((count) => {
    const off = ({ evaluations }: { evaluations: number }) => Math.abs(evaluations - count);
    const [nearest] = points.toSorted((a, b) => off(a) - off(b) || b.evaluations - a.evaluations);
    return nearest === undefined || off(nearest) > 1 ? "" : String(nearest.error);
  });
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const align = head.map((_, i) => (i === 0 ? "---" : "---:"));
  return [head, align, ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}
