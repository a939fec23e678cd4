// Tiny data sets and judges with random weights: what a whole run of `driftfield eval` needs, in a second.
import { cpSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createDatasetWriter } from "../../src/data/build/write.ts";
import type { DataRecord, Split } from "../../src/data/index.ts";
import { input } from "../../src/graph/index.ts";
import { defaultFaceJudge } from "../../src/models/face-judge/config.ts";
import { attributeLogits } from "../../src/models/face-judge/network.ts";
import { Scope } from "../../src/nn/index.ts";
import { counterUniform } from "../../src/random/index.ts";
import { exportFaceJudge } from "../../src/training/export.ts";
import { attributeTable } from "../../src/training/face-attributes.ts";
import { initialState } from "../../src/training/state.ts";

const SIZE = 32;
const blank = { name: "", keywords: [], group: "animals", colors: ["red"], split: "train" as Split };

function emoji(i: number): DataRecord {
  const [code, style] = [`1f${100 + Math.floor(i / 2)}`, i % 2 === 0 ? "flat" : "noto"];
  const split = i % 5 === 0 ? "heldout-cell" : i % 7 === 0 ? "heldout-concept" : "train";
  return { ...blank, id: `${code}|${style}`, code, style, name: `cat ${Math.floor(i / 2)}`, split };
}

function face(i: number): DataRecord {
  const hatColor = i % 2 === 0 ? "red" : "blue";
  const attributes = {
    generator: i % 3 === 0 ? "avataaars" : "bigheads",
    subject: "man",
    glasses: i % 4 < 2 ? "none" : "sunglasses",
    beard: "none",
    mouth: "smiling",
    ...(i % 3 === 1 ? { hat: "none" } : { hat: `${hatColor} hat`, hatKind: "hat", hatColor }),
  };
  return {
    ...blank,
    id: `face-${i}|x`,
    code: `face-${i}`,
    style: attributes.generator,
    name: `face ${i}`,
    group: "face",
    attributes,
    split: i % 2 ? "train" : "heldout-combination",
  };
}

function composition(i: number): DataRecord {
  const hat = i % 2 === 0 ? "none" : "top hat";
  const subject = `cat ${Math.floor(i / 2)}`;
  const name = hat === "none" ? subject : `${subject} wearing a top hat`;
  return {
    ...blank,
    id: `c${i}|flat`,
    code: `c${i}`,
    style: "flat",
    name,
    group: "composition",
    attributes: { subject, hat, glasses: "none" },
    split: i % 3 === 0 ? "heldout-combination" : "train",
  };
}

/** Writes emoji, faces and compositions of random pixels with a colour of their own, 32x32, into folders of `data`. */
export function writeTinyData(data: string): { faces: DataRecord[] } {
  const sets = {
    emoji: Array.from({ length: 40 }, (_, i) => emoji(i)),
    faces: Array.from({ length: 16 }, (_, i) => face(i)),
    compose: Array.from({ length: 12 }, (_, i) => composition(i)),
  };
  for (const [name, records] of Object.entries(sets)) {
    const writer = createDatasetWriter(join(data, name), name, SIZE);
    records.forEach((record, i) => {
      const [noise, tint] = [SIZE * SIZE * 4, 3].map((length, draw) =>
        counterUniform({ seed: name.length, sample: i, draw }, new Float32Array(length)),
      );
      writer.add(
        record,
        Uint8Array.from(noise, (value, at) => (at % 4 === 3 ? 255 : value * 64 + tint[at % 4] * 192)),
      );
    });
    writer.finish("made up");
  }
  return { faces: sets.faces };
}

/** Writes both judges: the CLIP of `models` again, and a judge of `faces`' attributes with random weights. */
export async function writeTinyJudges(judges: string, models: string, faces: readonly DataRecord[]): Promise<void> {
  await mkdir(judges, { recursive: true });
  cpSync(join(models, "clip"), join(judges, "judge-clip"), { recursive: true });
  const config = {
    ...defaultFaceJudge(attributeTable(faces)),
    image_size: 16,
    encoder_channels: [8, 8],
    encoder_blocks: [0, 0],
    latent_channels: 4,
    hidden_size: 8,
  };
  const scope = new Scope();
  attributeLogits(scope, input("pixels", ["B", 16, 16, 3]), config);
  await exportFaceJudge(join(judges, "face-judge"), initialState(scope.registry, 1), scope.registry, config);
}
