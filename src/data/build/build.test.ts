// Builds small data sets from the real packages; skipped where `npm ci --prefix datasets` wasn't run.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ProgressEvent } from "../../core/index.ts";
import { canonicalCaption } from "../caption.ts";
import { openDataset } from "../dataset.ts";
import { emojiSplit, faceSplit } from "../held-out.ts";
import { loadConcepts } from "./emoji-concepts.ts";
import { openEmojiStyles } from "./emoji.ts";
import { buildCompositions, buildEmoji, buildFaces, buildJudgeFaces, packagesInstalled } from "./index.ts";
import { requirePackage } from "./packages.ts";

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), "driftfield-build-"))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

function files(folder: string): Record<string, string> {
  const read = (file: string): string => readFileSync(join(folder, file)).toString("base64");
  return Object.fromEntries(readdirSync(folder).map((file) => [file, read(file)]));
}

describe("a package that isn't installed", () => {
  it("is an error with the command that installs it", () => {
    expect(() => requirePackage("no-such-package")).toThrow(
      expect.objectContaining({ code: "not_found", hint: "run `npm ci --prefix datasets`", path: "no-such-package" }),
    );
  });
});

describe.skipIf(!packagesInstalled())("building from the installed packages", () => {
  it.each([
    ["emoji", buildEmoji, 24],
    ["faces", buildFaces, 24],
    ["compose", buildCompositions, 24],
    ["judge-faces", buildJudgeFaces, 24],
  ] as const)("%s: the same bytes twice, readable, with progress and a notice", async (name, build, limit) => {
    const events: ProgressEvent[] = [];
    const out = join(root, "one");
    const index = await build({ out, limit, size: 32, onProgress: (event) => events.push(event) });
    await build({ out: join(root, "two"), limit, size: 32 });
    expect(files(join(root, "one"))).toEqual(files(join(root, "two")));
    expect(readdirSync(root).sort()).toEqual(["one", "two"]);
    expect(index).toMatchObject({ name, size: 32, channels: 4 });
    expect(Math.abs(index.count - limit)).toBeLessThanOrEqual(4);

    const set = await openDataset(out);
    await set.verify();
    const rgba = new Uint8Array(32 * 32 * 4);
    for (let at = 0; at < set.count; at++) {
      set.read(at, rgba);
      // Something is drawn, and something is left free.
      const opaque = rgba.filter((value, i) => i % 4 === 3 && value > 127).length;
      expect(opaque, set.records[at].id).toBeGreaterThan(30);
      expect(opaque, set.records[at].id).toBeLessThan(32 * 32);
      expect(set.records[at].colors.length, set.records[at].id).toBeGreaterThan(0);
    }
    set.close();
    expect(readFileSync(join(out, "NOTICE.txt"), "utf8")).toContain("MIT License");
    for (const { fraction } of events as { fraction: number }[]) expect(fraction >= 0 && fraction <= 1).toBe(true);
  });

  it("stops on the signal and leaves nothing behind", async () => {
    for (const build of [buildEmoji, buildFaces, buildCompositions, buildJudgeFaces]) {
      const signal = AbortSignal.abort();
      await expect(build({ out: join(root, "set"), size: 16, signal })).rejects.toMatchObject({ code: "aborted" });
      expect(readdirSync(root)).toEqual([]);
    }
  });

  it("names every emoji, with at least one word, and the split of the rule", async () => {
    const concepts = loadConcepts();
    expect(concepts.length).toBeGreaterThan(1600);
    expect(new Set(concepts.map(({ code }) => code)).size).toBe(concepts.length);
    for (const { name, code, keywords } of concepts) {
      expect(name, code).toMatch(/[a-z]/);
      expect(code).not.toMatch(/fe0f/);
      for (const word of keywords) expect(word).toMatch(/^[a-z]/);
    }
    expect(concepts.map(({ name }) => name)).toContain("flag in hole");
    expect(concepts.some(({ name }) => name.startsWith("flag france"))).toBe(false);
    const index = await buildEmoji({ out: join(root, "set"), limit: 50, size: 16 });
    const set = await openDataset(join(root, "set"));
    for (const { code, style, split } of set.records) expect(split).toBe(emojiSplit(code, style));
    expect(new Set(set.records.map(({ style }) => style)).size).toBe(7);
    expect(index.count).toBe(50);
    set.close();
  });

  it("draws the icons on which resvg aborts", async () => {
    const concepts = new Map(loadConcepts().map((concept) => [concept.name, concept]));
    const styles = new Map(openEmojiStyles().map(({ style, draw }) => [style, draw]));
    const noto = ["package"];
    const blob = ["ambulance", "bullet train", "cocktail glass", "hot beverage", "lady beetle"];
    const drawings = [...noto.map((name) => ["noto", name]), ...blob.map((name) => ["blob", name])];
    for (const [style, name] of drawings) {
      const rgba = await styles.get(style)!(concepts.get(name)!, 16);
      expect(rgba?.filter((value, i) => i % 4 === 3 && value > 127).length, name).toBeGreaterThan(30);
    }
  });

  it("leaves held-out faces out of what the judge of faces learns from", async () => {
    const index = await buildJudgeFaces({ out: join(root, "set"), limit: 4200, size: 16 });
    const set = await openDataset(join(root, "set"));
    const codes = new Set(set.records.map(({ code }) => code));
    expect(codes).toContain("judge-bigheads-0801");
    expect(codes).not.toContain("judge-bigheads-0802"); // a held-out face of the set "faces" looks the same
    expect(index.count).toBeGreaterThan(4100);
    expect(set.records.some(({ attributes }) => faceSplit(attributes!) !== "train")).toBe(true);
    expect(set.records.every(({ split }) => split === "train")).toBe(true);
    set.close();
  });

  it("gives faces attributes that fit each other, from four generators", async () => {
    await buildFaces({ out: join(root, "set"), limit: 400, size: 16 });
    const set = await openDataset(join(root, "set"));
    const styles = new Set(set.records.map(({ style }) => style));
    expect([...styles].sort()).toEqual(["avataaars", "bigheads", "facesjs", "openpeeps"]);
    let [hats, glasses] = [0, 0];
    for (const record of set.records) {
      const { hat, hatColor, hatKind, glasses: worn, beard, subject, hair, hairColor } = record.attributes!;
      expect(record.split).toBe(faceSplit(record.attributes!));
      if (hat !== "none") hats++;
      if (worn !== "none") glasses++;
      if (hatColor) expect(hat).toBe(`${hatColor} ${hatKind}`);
      if (beard !== "none") expect(subject).toBe("man");
      if (hairColor) expect(hair).toContain(hairColor);
      expect(["none", "glasses", "sunglasses", "eyepatch"]).toContain(worn);
      expect(canonicalCaption(record)).toContain(subject);
    }
    for (const count of [hats, glasses]) {
      expect(count / set.count).toBeGreaterThan(0.33);
      expect(count / set.count).toBeLessThan(0.5);
    }
    set.close();
  });
});
