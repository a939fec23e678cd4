// Streamlines follow the arrows and keep apart.
import { describe, expect, it } from "vitest";
import { gridOf } from "./field.ts";
import { streamlines } from "./streamlines.ts";

const across = 41;
const extent = 2;
const at = gridOf(across, extent);
const square = { across, left: -extent, bottom: -extent, size: 2 * extent };

/** The points of each line. */
function linesOf({ at: points, starts }: { at: Float32Array; starts: readonly number[] }): [number, number][][] {
  return starts.map((start, k) => {
    const end = starts[k + 1] ?? points.length / 2;
    return Array.from({ length: end - start }, (_, i) => [points[2 * (start + i)], points[2 * (start + i) + 1]]);
  });
}

describe("streamlines", () => {
  it("go round in circles where the field turns", () => {
    const along = at.map((_, i) => (i % 2 === 0 ? -at[i + 1] : at[i - 1]));
    const lines = linesOf(streamlines({ along, ...square }));
    expect(lines.length).toBeGreaterThan(5);
    for (const line of lines) {
      const radii = line.map(([x, y]) => Math.hypot(x, y));
      expect(Math.max(...radii) - Math.min(...radii)).toBeLessThan(0.06);
    }
  });

  it("run with the arrows, not against them", () => {
    const along = at.map((_, i) => (i % 2 === 0 ? 1 : 0.5));
    for (const line of linesOf(streamlines({ along, ...square }))) {
      expect(line[line.length - 1][0]).toBeGreaterThan(line[0][0]);
      expect((line[1][1] - line[0][1]) / (line[1][0] - line[0][0])).toBeCloseTo(0.5, 3);
    }
  });

  it("keep apart from each other", () => {
    const along = at.map((_, i) => (i % 2 === 0 ? 1 : 0));
    const heights = linesOf(streamlines({ along, ...square })).map((line) => line[0][1]).sort((a, b) => a - b);
    const gaps = heights.slice(1).map((height, i) => height - heights[i]);
    expect(Math.min(...gaps)).toBeGreaterThan(0.08);
  });

  it("are none where there is no arrow", () => {
    expect(streamlines({ along: new Float32Array(at.length), ...square }).starts).toEqual([]);
  });
});
