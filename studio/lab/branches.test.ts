// The tree of runs: who leaves whom and when, and what stays when a branch is taken away.
import { expect, it } from "vitest";
import type { Branch } from "../state/branches.ts";
import { branchOf, settingsOf, walksOf } from "./branches.ts";
import { guidedBranchOf, guidedWalks } from "./guided-branches.ts";
import { without } from "./tree.ts";

const branch = (part: Partial<Branch>): Branch => ({ from: "ddpm", step: 10, way: "ddim", eta: 0.5, luck: 0, ...part });
const tree = (branches: Branch[], steps = 20) =>
  walksOf({ roots: ["ddpm", "ddim"], branches, steps, eta: 0.3, seed: 7 });

it("gives roots first, and each branch its parent, its steps and all turns since the root", () => {
  const walks = tree([branch({}), branch({ from: 1, step: 15, way: "quiet", luck: 2 })]);
  expect(walks.map(({ id }) => id)).toEqual(["ddpm", "ddim", "branch 1", "branch 2"]);
  expect(walks[3].parent?.id).toBe("branch 1");
  expect(walks[3].root).toBe("ddpm");
  expect(walks[3].turns).toEqual([
    { step: 10, ...settingsOf("ddim", 0.5), seed: 7 },
    { step: 15, ...settingsOf("quiet", 0.5), seed: 2007 },
  ]);
});

it("leaves before its parent had turned: it never sees that turn", () => {
  const [, , , early] = tree([branch({ step: 10 }), branch({ from: 1, step: 4, way: "quiet" })]);
  expect(early.turns.map(({ step }) => step)).toEqual([4]);
});

it("stays before the last step when the steps become fewer", () => {
  expect(tree([branch({ step: 300 })], 8)[2].step).toBe(7);
});

it("takes a branch away with those that left it, and the others keep their parents", () => {
  const other = branch({ from: "ddim", step: 3 });
  const all = [branch({}), branch({ from: 1 }), other, branch({ from: 3, step: 5 }), branch({ from: 2 })];
  expect(without(all, 1)).toEqual([other, branch({ from: 1, step: 5 })]);
  expect(without(all, 5)).toEqual(all.slice(0, 4));
});

it("goes on with other settings than the walk that it leaves", () => {
  const [ddpm, ddim, first] = tree([branch({ way: "quiet" })]);
  expect(branchOf(ddpm, 5)).toEqual({ from: "ddpm", step: 5, way: "ddim", eta: 0.3, luck: 0 });
  expect(branchOf(ddim, 5)).toMatchObject({ from: "ddim", way: "ddpm" });
  expect(branchOf(first, 12)).toMatchObject({ from: 1, step: 12, way: "ddpm" });
});

it("grows guided runs too: a branch says its class, its guidance and what it leads away from, none included", () => {
  const own = { g: 3, kind: "dog", negative: "cat" } as const;
  const [root] = guidedWalks(own, [], 20);
  expect(guidedBranchOf(root, 8)).toEqual({ from: 0, step: 8, g: 1, kind: "dog", negative: "cat" });
  const [, first, second] = guidedWalks(own, [
    { from: 0, step: 8, g: 1, kind: "dog", negative: "none" },
    { from: 1, step: 30, g: 9, kind: "person", negative: "dog" },
  ], 20);
  expect(first.parent).toEqual(root);
  expect(second.parent).toEqual(first);
  expect(second.turns).toStrictEqual([
    { step: 8, classes: 1, negativeClasses: undefined, guidanceScale: 1 },
    { step: 19, classes: 0, negativeClasses: 1, guidanceScale: 9 },
  ]);
});
