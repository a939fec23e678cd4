// A new op without a case fails here.
import { expect, it } from "vitest";
import * as graph from "../index.ts";
import { opCases } from "./index.ts";

/** What graph exports that isn't an op: shapes, leaves, differentiation and emission, which have tests of their own. */
const others = [
  "Sym", "constant", "dimProduct", "emitGraph", "encodeModel", "grad", "input", "isStatic", "parameter",
  "parameterName", "sameShape", "shapeError", "showShape", "zeros",
  "gatherRanks", "meanOverRanks", // distributed/tests
];

it("has a case for every op that graph exports", () => {
  const ops = Object.keys(graph).filter((name) => !others.includes(name));
  const covered = new Set(opCases.map(({ op }) => op));
  expect(ops.filter((name) => !covered.has(name))).toEqual([]);
  expect([...covered].filter((name) => !ops.includes(name))).toEqual([]);
});

it("differentiates every op but those that have no gradient", () => {
  const differentiated = new Set(opCases.filter(({ forward }) => !forward).map(({ op }) => op));
  const forwardOnly = [...new Set(opCases.map(({ op }) => op))].filter((op) => !differentiated.has(op));
  expect(forwardOnly.sort()).toEqual(["equal", "greater", "less", "loop", "oneHot"]);
});

it("names each case once", () => {
  expect(new Set(opCases.map(({ name }) => name)).size).toBe(opCases.length);
});
