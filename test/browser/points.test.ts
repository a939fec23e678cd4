// The field lab's engine in a real Chromium.
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { walked, WALKED } from "./points-anywhere.ts";
import { itInChromium } from "./run-in-chromium.ts";

it("walks to the bits that are written down, in Node", async () => {
  expect(await walked()).toBe(WALKED);
});

describe("models of points in a page", async () => {
  await itInChromium(join(import.meta.dirname, "entries", "points.ts"));
});
