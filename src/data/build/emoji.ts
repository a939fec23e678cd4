// The emoji set: seven styles of art from packages, each picture with a name, keywords and measured colours.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { throwIfAborted, type OnProgress } from "../../core/index.ts";
import { emojiSplit } from "../held-out.ts";
import type { DataRecord, DatasetIndex } from "../record.ts";
import { loadConcepts, type Concept } from "./emoji-concepts.ts";
import { openIconSet, type IconFinder } from "./emoji-icons.ts";
import { mainColours } from "./main-colours.ts";
import { EMOJI_NOTICE } from "./notices.ts";
import { packageFile } from "./packages.ts";
import { rasterizeSvg, rasterizeWithSharp } from "./raster.ts";
import { createDatasetWriter } from "./write.ts";

export type BuildOptions = {
  /** The folder to write; a data set there is replaced. */
  out: string;
  signal?: AbortSignal;
  onProgress?: OnProgress;
  /** Stop after this many pictures (for tests and trials). */
  limit?: number;
  /** Side of a picture in pixels. */
  size?: number;
};

/** Draws one concept in one style: straight RGBA, or null when the style lacks the concept. */
export type Draw = (concept: Concept, size: number) => Promise<Uint8Array | null>;

/** Icons on which resvg 2.6.2 aborts the whole process; sharp draws them. */
const RESVG_ABORTS: Readonly<Record<string, ReadonlySet<string>>> = {
  noto: new Set(["package", "rainbow-flag"]),
  "noto-v1": new Set([
    "ambulance",
    "bullet-train",
    "cocktail-glass",
    "hot-beverage",
    "lady-beetle",
    "man-lifting-weights",
    "person-lifting-weights",
    "woman-juggling-dark-skin-tone",
  ]),
};

function drawIcons(prefix: string, icons: IconFinder, margin: number): Draw {
  return async (concept, size) => {
    const name = icons.find(concept);
    if (name === undefined) return null;
    const svg = icons.svg(name, margin);
    if (RESVG_ABORTS[prefix]?.has(name)) return rasterizeWithSharp(Buffer.from(svg), size);
    return rasterizeSvg(svg, size);
  };
}

function draw3d(licensed: IconFinder): Draw {
  const folder = packageFile("@lobehub/fluent-emoji-3d/assets");
  const files = new Map<string, string>();
  for (const file of readdirSync(folder)) {
    const points = file.replace(/\.webp$/, "").split("-");
    const code = points.filter((point) => point !== "fe0f").map((point) => point.replace(/^0+(?=.)/, ""));
    files.set(code.join("-"), file);
  }
  return async (concept, size) => {
    const file = files.get(concept.code);
    // Pictures that Microsoft's MIT release lacks stay out.
    if (file === undefined || licensed.find(concept) === undefined) return null;
    return rasterizeWithSharp(readFileSync(join(folder, file)), size);
  };
}

/** The seven styles and how each is drawn. Sets that fill their square get a margin. */
export function openEmojiStyles(): { style: string; draw: Draw }[] {
  const flat = openIconSet("fluent-emoji-flat");
  const icons = (style: string, prefix: string, set = openIconSet(prefix), margin = 0) => ({
    style,
    draw: drawIcons(prefix, set, margin),
  });
  return [
    { style: "3d", draw: draw3d(flat) },
    icons("color", "fluent-emoji", openIconSet("fluent-emoji", "fluent-emoji-flat")),
    icons("flat", "fluent-emoji-flat", flat),
    icons("noto", "noto"),
    icons("blob", "noto-v1", openIconSet("noto-v1"), 0.04),
    icons("twemoji", "twemoji", openIconSet("twemoji"), 0.04),
    icons("fx", "fxemoji", openIconSet("fxemoji"), 0.04),
  ];
}

/**
 * Builds the emoji set in `out`. Throws `not_found` when the art's packages aren't installed, `aborted` on the
 * signal; nothing is left behind then.
 */
export async function buildEmoji(options: BuildOptions): Promise<DatasetIndex> {
  const { out, signal, onProgress, limit = Infinity, size = 128 } = options;
  const concepts = loadConcepts();
  const styles = openEmojiStyles();
  const writer = createDatasetWriter(out, "emoji", size);
  try {
    let written = 0;
    for (const [at, concept] of concepts.entries()) {
      throwIfAborted(signal);
      if (written >= limit) break;
      for (const { style, draw } of styles) {
        if (written >= limit) break;
        const rgba = await draw(concept, size);
        if (rgba === null) continue;
        writer.add(emojiRecord(concept, style, rgba), rgba);
        written++;
      }
      onProgress?.({ type: "write", path: out, fraction: (at + 1) / concepts.length });
    }
    return writer.finish(EMOJI_NOTICE);
  } finally {
    writer.abandon();
  }
}

function emojiRecord(concept: Concept, style: string, rgba: Uint8Array): DataRecord {
  const { code, name, keywords, group } = concept;
  const colors = mainColours(rgba);
  return { id: `${code}|${style}`, code, style, name, keywords, group, colors, split: emojiSplit(code, style) };
}
