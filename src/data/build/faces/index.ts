// The face set: thousands of drawn faces whose every attribute is known, for prompts that can be checked.
import { breathe, throwIfAborted } from "../../../core/index.ts";
import { canonicalCaption } from "../../caption.ts";
import { faceSplit } from "../../held-out.ts";
import type { DataRecord, DatasetIndex } from "../../record.ts";
import type { BuildOptions } from "../emoji.ts";
import { mainColours } from "../main-colours.ts";
import { FACES_NOTICE } from "../notices.ts";
import { rasterizeSvg } from "../raster.ts";
import { rngFor } from "../rng.ts";
import { createDatasetWriter } from "../write.ts";
import { openAvataaars } from "./avataaars.ts";
import { openBigHeads } from "./bigheads.ts";
import type { FaceMaker } from "./face.ts";
import { openFacesJs } from "./facesjs.ts";
import { openOpenPeeps } from "./open-peeps.ts";

/** How many faces of each generator the set holds. */
const SHARES: readonly { style: string; count: number; open: () => Promise<FaceMaker> }[] = [
  { style: "avataaars", count: 4400, open: openAvataaars },
  { style: "openpeeps", count: 1200, open: openOpenPeeps },
  { style: "facesjs", count: 1200, open: openFacesJs },
  { style: "bigheads", count: 1200, open: openBigHeads },
];

/** Builds the face set in `out`; a limit takes the same part of every generator. Throws as `buildEmoji` does. */
export async function buildFaces(options: BuildOptions): Promise<DatasetIndex> {
  const { out, signal, onProgress, limit = Infinity, size = 128 } = options;
  const all = SHARES.reduce((sum, { count }) => sum + count, 0);
  const part = Math.min(1, limit / all);
  const writer = createDatasetWriter(out, "faces", size);
  try {
    let written = 0;
    for (const { style, count, open } of SHARES) {
      const make = await open();
      for (let at = 0; at < Math.ceil(count * part) && written < limit; at++, written++) {
        throwIfAborted(signal);
        const code = `${style}-${String(at).padStart(4, "0")}`;
        const { attributes, svg } = make(rngFor(code));
        const rgba = rasterizeSvg(svg, size);
        writer.add(faceRecord(code, style, attributes, mainColours(rgba)), rgba);
        if (written % 50 === 49) {
          onProgress?.({ type: "write", path: out, fraction: (written + 1) / Math.min(limit, all) });
          // Drawing is synchronous; let a signal or a timer in now and then.
          await breathe();
        }
      }
    }
    return writer.finish(FACES_NOTICE);
  } finally {
    writer.abandon();
  }
}

function faceRecord(
  code: string,
  style: string,
  attributes: NonNullable<DataRecord["attributes"]>,
  colors: readonly string[],
): DataRecord {
  const split = faceSplit(attributes);
  const id = `${code}|${style}`;
  const record: DataRecord = { id, code, style, name: code, keywords: [], group: "face", colors, split, attributes };
  return { ...record, name: canonicalCaption(record).replace(/^an? \w+ of /, "") };
}
