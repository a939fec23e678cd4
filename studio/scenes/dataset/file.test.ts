// Files of points: read back as they were written, and refused with a sentence.
import { describe, expect, it } from "vitest";
import { onRaster } from "../../state/points.ts";
import { fileOf, pointsOf } from "./file.ts";

describe("a file of points", () => {
  it("comes back as it was written", () => {
    const points = Array.from({ length: 1200 }, (_, i) => onRaster(Math.sin(i)));
    expect(pointsOf(fileOf(points))).toEqual({ points, remark: null });
    expect(pointsOf("[]")).toEqual({ points: [], remark: null });
  });

  it("is moved and scaled to fit where it reaches beyond the plane", () => {
    const { points, remark } = pointsOf("[[100, 7], [300, 7]]") as { points: number[]; remark: string };
    expect(points.map((value) => Number(value.toFixed(2)))).toEqual([-1.1, 0, 1.1, 0]);
    expect(remark).toContain("scaled to fit");
  });

  it("is thinned where it holds more than can be shown", () => {
    const opened = pointsOf(JSON.stringify({ points: Array.from({ length: 25_000 }, (_, i) => [i / 25_000, 0]) }));
    expect(opened).toMatchObject({ remark: "10000 of the file's 25000 points are shown." });
    expect((opened as { points: number[] }).points).toHaveLength(20_000);
  });

  it.each([
    ["no JSON", "isn't JSON"],
    ["{}", "no “points”"],
    ["null", "no “points”"],
    ["[[1, 2], [3]]", "point 2 isn't two numbers"],
    ['{"points": [[1, "2"]]}', "point 1 isn't two numbers"],
  ])("is refused with a sentence: %s", (text, sentence) => {
    expect((pointsOf(text) as { problem: string }).problem).toContain(sentence);
  });
});
