// Which pictures may be mirrored.
import { describe, expect, it } from "vitest";
import { mayFlip } from "./flip.ts";
import type { DataRecord } from "./record.ts";

function named(name: string, group = "objects"): DataRecord {
  return { id: name, code: name, style: "3d", name, keywords: [], group, colors: [], split: "train" };
}

describe("mayFlip", () => {
  it.each(["cat face", "rocket", "crown", "left-facing fist"])("lets %s be mirrored", (name) => {
    expect(mayFlip(named(name))).toBe(true);
  });

  it.each(["musical note", "calendar", "seven o'clock", "atm sign", "world map"])("keeps %s as it is", (name) => {
    expect(mayFlip(named(name))).toBe(false);
  });

  it("keeps every symbol and flag as it is", () => {
    expect(mayFlip(named("multiply", "symbols"))).toBe(false);
    expect(mayFlip(named("white flag", "flags"))).toBe(false);
  });
});
