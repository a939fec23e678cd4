// The plots: scales that invert nothing, labels that don't cover each other, an SVG that says everything.
import fc from "fast-check";
import { expect, test } from "vitest";
import { linePlot } from "./line-plot.ts";
import { apart, logScale } from "./scale.ts";
import { themes } from "./themes.ts";

test("a logarithmic scale gives equal ratios equal room, and ticks within its ends", () => {
  const scale = logScale(0.03, 40, 100, 500);
  expect([scale(0.03), scale(40)]).toEqual([100, 500]);
  expect(scale(2) - scale(1)).toBeCloseTo(scale(0.2) - scale(0.1), 9);
  expect(scale.ticks).toEqual([0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20]);
});

test("labels are moved apart without changing their order", () => {
  const places = fc.array(fc.double({ min: 50, max: 350, noNaN: true }), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(places, (given) => {
      const moved = apart(given, 15, 50, 350);
      const order = given.map((_, i) => i).sort((a, b) => given[a] - given[b]);
      order.slice(1).forEach((b, k) => expect(moved[b] - moved[order[k]]).toBeGreaterThan(14));
    }),
  );
});

test("a plot names its lines, its axes and its floor, in the colours of its theme", () => {
  const lines = [
    { label: "ddim", points: [[4, 0.5], [40, 0.05]] as const },
    { label: "a < b", points: [[5, 0.3], [50, 0.02]] as const, dashed: true },
  ];
  for (const theme of Object.values(themes)) {
    const floor = { at: 0.03, label: "the floor" };
    const svg = linePlot({ title: "Title", x: "across", y: "up", lines, floor }, theme);
    for (const word of ["Title", "across", "up", "ddim", "a &lt; b", "the floor", theme.lines[1], theme.ground]) {
      expect(svg).toContain(word);
    }
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(svg.match(/stroke-dasharray="6 4"/g)).toHaveLength(1);
  }
});
