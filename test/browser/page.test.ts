// What a page offers us, and what it can load of us, in a real Chromium.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { subpaths } from "./entries/subpaths.ts";
import { itInChromium } from "./run-in-chromium.ts";

const entries = join(import.meta.dirname, "entries");
const packageFile = join(import.meta.dirname, "..", "..", "package.json");

describe("an isolated page", async () => {
  await itInChromium(join(entries, "threads.ts"));
});

/** Subpaths that only Node can load, each with its reason. */
const onlyInNode: Record<string, string> = { "./training": "its runs write checkpoints to a disk" };

describe("the package on a page", async () => {
  it("is tried with every subpath that package.json exports, but for a named list", () => {
    const exported = Object.keys(JSON.parse(readFileSync(packageFile, "utf8")).exports);
    const tried = Object.keys(subpaths).map((name) => `./${name}`);
    expect(exported.sort()).toEqual([".", ...tried, ...Object.keys(onlyInNode)].sort());
  });
  await itInChromium(join(entries, "subpaths.ts"));
});

describe("a page with a published model's files", async () => {
  await itInChromium(join(entries, "published.ts"));
});
