// The composition set: animals and faces with hats and sunglasses, and pairs of things, put together from emoji.
import { throwIfAborted } from "../../../core/index.ts";
import { compositionSplit } from "../../held-out.ts";
import type { Attributes, DataRecord, DatasetIndex } from "../../record.ts";
import { withArticle } from "../../words.ts";
import { loadConcepts, type Concept } from "../emoji-concepts.ts";
import { openEmojiStyles, type BuildOptions } from "../emoji.ts";
import { mainColours } from "../main-colours.ts";
import { COMPOSE_NOTICE } from "../notices.ts";
import { oneOf, rngFor } from "../rng.ts";
import { createDatasetWriter, type DatasetWriter } from "../write.ts";
import { drawHead, drawPair, openPart, type Part } from "./layout.ts";
import { canPair, EYES_ON_TOP, HATS, NO_GLASSES, SUBJECTS, SUNGLASSES, UNDRESSED, wordFor } from "./parts.ts";

const PAIRS = 2400;
const LARGE = 0.74;
const SMALL = 0.6;

/** One style's parts by concept name, drawn when first asked for. */
type Kit = {
  style: string;
  /** The things that pairs are chosen from. */
  names: string[];
  part: (name: string) => Promise<Part | null>;
  code: (name: string) => string;
};

type Plan = { code: string; name: string; codes: string[]; attributes: Attributes; draw: () => Promise<Uint8Array> };

/** Builds the compositions in `out`; a limit spreads over heads and pairs. Throws as `buildEmoji` does. */
export async function buildCompositions(options: BuildOptions): Promise<DatasetIndex> {
  const { out, signal, onProgress, limit = Infinity, size = 128 } = options;
  const kits = openKits();
  const writer = createDatasetWriter(out, "compose", size);
  const pairs = Math.min(PAIRS, Math.floor(limit / 3));
  let written = 0;
  const add = async (style: string, plan: Plan): Promise<void> => {
    throwIfAborted(signal);
    await write(writer, style, plan);
    written++;
  };
  try {
    for (const [at, kit] of kits.entries()) {
      for (const name of SUBJECTS.keys()) {
        for (const plan of await planHeads(kit, name, size)) if (written < limit - pairs) await add(kit.style, plan);
      }
      onProgress?.({ type: "write", path: out, fraction: ((at + 1) / kits.length) * 0.65 });
    }
    const seen = new Set<string>();
    for (let at = 0; seen.size < pairs; at++) {
      const rng = rngFor(`pair ${at}`);
      const kit = oneOf(kits, rng);
      const plan = await planPair(kit, rng, size);
      const key = plan && `${plan.code}|${kit.style}`;
      if (plan === null || key === null || seen.has(key)) continue;
      seen.add(key);
      await add(kit.style, plan);
      onProgress?.({ type: "write", path: out, fraction: 0.65 + (seen.size / pairs) * 0.35 });
    }
    return writer.finish(COMPOSE_NOTICE);
  } finally {
    writer.abandon();
  }
}

function openKits(): Kit[] {
  const concepts = new Map(loadConcepts().map((concept) => [concept.name, concept]));
  const names = [...concepts.values()].filter(canPair).map(({ name }) => name);
  return openEmojiStyles().map(({ style, draw }) => {
    const parts = new Map<string, Promise<Part | null>>();
    const open = (name: string): Promise<Part | null> =>
      openPart((side) => draw(concepts.get(name) as Concept, side));
    const part = (name: string): Promise<Part | null> => {
      if (!parts.has(name)) parts.set(name, open(name));
      return parts.get(name)!;
    };
    return { style, names, part, code: (name) => concepts.get(name)!.code };
  });
}

/** All pictures of one head: alone, with each hat, with sunglasses, and some with both or smaller. */
async function planHeads(kit: Kit, name: string, size: number): Promise<Plan[]> {
  const head = await kit.part(name);
  if (head === null) return [];
  const subject = wordFor(name);
  const undressed = UNDRESSED.has(`${name}|${kit.style}`);
  const glasses = undressed || NO_GLASSES.has(name) ? null : await kit.part(SUNGLASSES);
  const eyesOnTop = EYES_ON_TOP.has(name);
  const plans: Plan[] = [];
  const plan = (hatName: string | undefined, hat: Part | null, shaded: boolean, scale: number): void => {
    const wear = hatName === undefined ? undefined : HATS.get(hatName);
    const worn = [wear && withArticle(wear.word), shaded ? SUNGLASSES : undefined].filter((item) => item !== undefined);
    const codes = [name, hatName, shaded ? SUNGLASSES : undefined].flatMap((part) => (part ? [kit.code(part)] : []));
    const attributes = { subject, hat: wear?.word ?? "none", glasses: shaded ? SUNGLASSES : "none" };
    const draw = (): Promise<Uint8Array> =>
      drawHead(
        size,
        head,
        { hat: hat && wear ? { part: hat, wear } : undefined, glasses: shaded ? glasses! : undefined, eyesOnTop },
        scale,
      );
    const code = `${codes.join("+")}${worn.length === 0 ? "+none" : ""}${scale === SMALL ? "+small" : ""}`;
    const title = worn.length === 0 ? subject : `${subject} wearing ${worn.join(" and ")}`;
    plans.push({ code, name: title, codes, attributes, draw });
  };
  plan(undefined, null, false, LARGE);
  if (glasses) plan(undefined, null, true, LARGE);
  for (const hatName of HATS.keys()) {
    const hat = await kit.part(hatName);
    if (hat === null || undressed) continue;
    const rng = rngFor(`${name} ${hatName} ${kit.style}`);
    plan(hatName, hat, false, LARGE);
    if (rng() < 0.5) plan(hatName, hat, false, SMALL);
    if (glasses && rng() < 1 / 6) plan(hatName, hat, true, LARGE);
  }
  return plans;
}

/** Two different things of one style; null when the style lacks one of them. */
async function planPair(kit: Kit, rng: () => number, size: number): Promise<Plan | null> {
  const choose = (): string => (rng() < 0.3 ? oneOf([...SUBJECTS.keys()], rng) : oneOf(kit.names, rng));
  const [left, right] = [choose(), choose()];
  const [a, b] = [await kit.part(left), await kit.part(right)];
  if (a === null || b === null || wordFor(left) === wordFor(right)) return null;
  const codes = [kit.code(left), kit.code(right)];
  return {
    code: codes.join("&"),
    name: `${wordFor(left)} and ${wordFor(right)}`,
    codes,
    attributes: { left: wordFor(left), right: wordFor(right) },
    draw: () => drawPair(size, a, b),
  };
}

async function write(writer: DatasetWriter, style: string, plan: Plan): Promise<void> {
  const rgba = await plan.draw();
  const { code, name, codes, attributes } = plan;
  const record: DataRecord = {
    id: `${code}|${style}`,
    code,
    style,
    name,
    keywords: [],
    group: "composition",
    colors: mainColours(rgba),
    split: compositionSplit(codes, style),
    attributes,
  };
  writer.add(record, rgba);
}
