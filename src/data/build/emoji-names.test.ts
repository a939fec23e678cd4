// Names of icons in the art packages, matched to Unicode's.
import { describe, expect, it } from "vitest";
import { codeOf } from "./emoji-concepts.ts";
import { slugOf } from "./emoji-icons.ts";
import { FX_NAMES } from "./fxemoji-names.ts";
import { unpremultiply } from "./raster.ts";
import { oneOf, rngFor, weighted } from "./rng.ts";

describe("names of emoji", () => {
  it("become codes without the variation selector", () => {
    expect(codeOf("\u2764\ufe0f")).toBe("2764");
    expect(codeOf("\u{1f468}\u200d\u{1f33e}")).toBe("1f468-200d-1f33e");
  });

  it("become the slugs of icon sets", () => {
    expect(slugOf("piñata")).toBe("pinata");
    expect(slugOf("woman's hat")).toBe("womans-hat");
    expect(slugOf("A button (blood type)")).toBe("a-button-blood-type");
    expect(slugOf("family man, woman, boy")).toBe("family-man-woman-boy");
  });

  it("are each paired with one drawing of FxEmoji at most", () => {
    expect(FX_NAMES.get("cat face")).toBe("cat");
    const icons = [...FX_NAMES.values()].filter((icon) => icon !== "");
    expect(icons.length).toBeGreaterThan(200);
    const twice = icons.filter((icon, at) => icons.indexOf(icon) !== at);
    expect(twice).toEqual([]);
  });
});

describe("unpremultiply", () => {
  it("divides by alpha, within the byte", () => {
    expect([...unpremultiply(Uint8Array.of(128, 64, 0, 128, 9, 9, 9, 255, 0, 0, 0, 0))]).toEqual([
      255, 128, 0, 128, 9, 9, 9, 255, 0, 0, 0, 0,
    ]);
  });
});

describe("random choices", () => {
  it("depend on the seed's text only", () => {
    const [a, b, c] = ["x", "x", "y"].map((seed) => Array.from({ length: 5 }, rngFor(seed)));
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
    for (const u of [...a, ...c]) expect(u >= 0 && u < 1).toBe(true);
  });

  it("follow their weights", () => {
    const rng = rngFor("weights");
    const counts = { a: 0, b: 0, never: 0 };
    for (let i = 0; i < 4000; i++) counts[weighted({ a: 3, never: 0, b: 1 }, rng)]++;
    expect(counts.never).toBe(0);
    expect(counts.a / counts.b).toBeGreaterThan(2.6);
    expect(counts.a / counts.b).toBeLessThan(3.5);
    expect(new Set(Array.from({ length: 200 }, () => oneOf(["p", "q"], rng))).size).toBe(2);
  });
});
