// The arithmetic of dimensions that are products of unknowns.
import fc from "fast-check";
import { expect, it } from "vitest";
import { broadcastShapes, dimProduct, dimQuotient, showShape, type Dim } from "./dim.ts";

const dim: fc.Arbitrary<Dim> = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom("B", "T", "2*B", "3*B*T"));

const unknowns: Record<string, number> = { B: 5, T: 11 };
/** The value of a dimension once B and T are known. */
const value = (of: Dim): number =>
  typeof of === "number" ? of : of.split("*").reduce<number>((n, part) => n * (unknowns[part] ?? Number(part)), 1);

it("multiplies dimensions as the numbers that they stand for", () => {
  fc.assert(
    fc.property(fc.array(dim), (dims) => {
      expect(value(dimProduct(dims))).toBe(dims.reduce<number>((n, item) => n * value(item), 1));
    }),
  );
});

it("writes a product in one way, whatever the order", () => {
  fc.assert(
    fc.property(fc.array(dim), (dims) => {
      expect(dimProduct(dims.toReversed())).toBe(dimProduct(dims));
    }),
  );
});

it("divides a product by any of its factors", () => {
  fc.assert(
    fc.property(dim, dim, (a, b) => {
      expect(dimQuotient(dimProduct([a, b]), b)).toBe(dimProduct([a]));
    }),
  );
});

it("has no quotient that isn't whole", () => {
  expect(dimQuotient(7, 2)).toBe(null);
  expect(dimQuotient("B", "T")).toBe(null);
  expect(dimQuotient("3*B", 2)).toBe(null);
  expect(dimQuotient(4, 0)).toBe(null);
});

it("broadcasts an open dimension with itself and with 1, with nothing else", () => {
  expect(broadcastShapes(["B", 1, 3], [4, 1])).toEqual(["B", 4, 3]);
  expect(broadcastShapes([1], ["B"])).toEqual(["B"]);
  expect(broadcastShapes(["B"], [4])).toBe(null);
  expect(broadcastShapes([2, 3], [3, 2])).toBe(null);
});

it("shows a shape as its dimensions in brackets", () => {
  expect(showShape(["B", 4])).toBe("[B, 4]");
});
