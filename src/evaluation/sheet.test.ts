// Contact sheets: every picture where it belongs.
import { expect, it } from "vitest";
import type { RgbImage } from "../models/types.ts";
import { contactSheet } from "./sheet.ts";

const picture = (value: number): RgbImage => ({ width: 2, height: 2, data: new Uint8Array(12).fill(value) });
const at = ({ width, data }: RgbImage, x: number, y: number): number => data[(y * width + x) * 3];

it("lays rows out two pixels apart, groups of rows ten, and leaves missing pictures white", () => {
  const sheet = contactSheet(
    [
      [picture(1), picture(2)],
      [picture(3), undefined],
      [picture(5), picture(6)],
    ],
    2,
  );
  expect([sheet.width, sheet.height]).toEqual([6, 2 + 2 + 2 + 10 + 2]);
  expect([
    at(sheet, 0, 0),
    at(sheet, 4, 0),
    at(sheet, 0, 4),
    at(sheet, 4, 4),
    at(sheet, 0, 16),
    at(sheet, 5, 17),
  ]).toEqual([1, 2, 3, 255, 5, 6]);
  expect([at(sheet, 2, 0), at(sheet, 0, 2), at(sheet, 0, 15)]).toEqual([255, 255, 255]);
});

it("refuses pictures of two sizes, and none at all", () => {
  expect(() => contactSheet([[picture(1), { width: 1, height: 1, data: new Uint8Array(3) }]])).toThrow(RangeError);
  expect(() => contactSheet([[undefined]])).toThrow(RangeError);
});
