// The face set: thousands of drawn faces whose every attribute is known, for prompts that can be checked.
import { createHash } from "node:crypto";
import { breathe, throwIfAborted } from "../../../core/index.ts";
import { canonicalCaption } from "../../caption.ts";
import { faceSplit } from "../../held-out.ts";
import type { Attributes, DataRecord, DatasetIndex, Split } from "../../record.ts";
import type { BuildOptions } from "../emoji.ts";
import { mainColours } from "../main-colours.ts";
import { FACES_NOTICE } from "../notices.ts";
import { rasterizeSvg } from "../raster.ts";
import { rngFor } from "../rng.ts";
import { createDatasetWriter } from "../write.ts";
import { openAvataaars } from "./avataaars.ts";
import { openBigHeads } from "./bigheads.ts";
import type { Face, FaceMaker } from "./face.ts";
import { openFacesJs } from "./facesjs.ts";
import { openOpenPeeps } from "./open-peeps.ts";

/** A set of faces: how many of each generator, what their codes begin with, and which of them models may learn from. */
type FaceSet = {
  name: string;
  counts: Readonly<Record<Style, number>>;
  prefix: string;
  split: (attributes: Attributes) => Split;
};

type Style = keyof typeof MAKERS;

const MAKERS = {
  avataaars: openAvataaars,
  openpeeps: openOpenPeeps,
  facesjs: openFacesJs,
  bigheads: openBigHeads,
} satisfies Record<string, () => Promise<FaceMaker>>;

const FACES: FaceSet = {
  name: "faces",
  counts: { avataaars: 4400, openpeeps: 1200, facesjs: 1200, bigheads: 1200 },
  prefix: "",
  split: faceSplit,
};

/** Other renderings, of every combination: who judges what a model makes of unseen ones has to know them. */
const JUDGE_FACES: FaceSet = {
  name: "judge-faces",
  counts: { avataaars: 11_000, openpeeps: 4000, facesjs: 6000, bigheads: 5000 },
  prefix: "judge-",
  split: () => "train",
};

/** Builds the face set in `out`; a limit takes the same part of every generator. Throws as `buildEmoji` does. */
export const buildFaces = (options: BuildOptions): Promise<DatasetIndex> => buildSet(FACES, options);

/** Builds the faces that the judge of faces learns from (no model does) in `out`. Throws as `buildEmoji` does. */
export async function buildJudgeFaces(options: BuildOptions): Promise<DatasetIndex> {
  return buildSet(JUDGE_FACES, options, await heldOutPictures(options));
}

/** What `FACES` holds out, as hashes of the pixels: with so many faces, a few come up twice. */
async function heldOutPictures({ size = 128, signal }: BuildOptions): Promise<Set<string>> {
  const found = new Set<string>();
  for await (const { attributes, svg } of facesOf(FACES, 1)) {
    throwIfAborted(signal);
    if (FACES.split(attributes) !== "train") found.add(sha256(rasterizeSvg(svg, size)));
  }
  return found;
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** The first `part` of each generator's faces. Making one is synchronous: a signal or a timer gets in now and then. */
async function* facesOf(set: FaceSet, part: number): AsyncGenerator<Face & { code: string; style: Style }> {
  for (const style of Object.keys(MAKERS) as Style[]) {
    const make = await MAKERS[style]();
    for (let at = 0; at < Math.ceil(set.counts[style] * part); at++) {
      const code = `${set.prefix}${style}-${String(at).padStart(4, "0")}`;
      yield { code, style, ...make(rngFor(code)) };
      if (at % 50 === 49) await breathe();
    }
  }
}

async function buildSet(
  set: FaceSet,
  options: BuildOptions,
  avoid: ReadonlySet<string> = new Set(),
): Promise<DatasetIndex> {
  const { out, signal, onProgress, limit = Infinity, size = 128 } = options;
  const all = Object.values(set.counts).reduce((sum, count) => sum + count, 0);
  const part = Math.min(1, limit / all);
  const writer = createDatasetWriter(out, set.name, size);
  try {
    let made = 0;
    for await (const { code, style, attributes, svg } of facesOf(set, part)) {
      throwIfAborted(signal);
      if (made++ >= limit) break;
      const rgba = rasterizeSvg(svg, size);
      if (avoid.size > 0 && avoid.has(sha256(rgba))) continue;
      writer.add(faceRecord(code, style, attributes, mainColours(rgba), set.split(attributes)), rgba);
      if (made % 50 === 0) onProgress?.({ type: "write", path: out, fraction: made / Math.min(limit, all) });
    }
    return writer.finish(FACES_NOTICE);
  } finally {
    writer.abandon();
  }
}

function faceRecord(
  code: string,
  style: string,
  attributes: Attributes,
  colors: readonly string[],
  split: Split,
): DataRecord {
  const id = `${code}|${style}`;
  const record: DataRecord = { id, code, style, name: code, keywords: [], group: "face", colors, split, attributes };
  return { ...record, name: canonicalCaption(record).replace(/^an? \w+ of /, "") };
}
