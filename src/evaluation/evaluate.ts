// Runs measures one after another; what each finds is on disk before the next begins.
import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { throwIfAborted, type OnProgress } from "../core/index.ts";
import { assertWritable, encodePng, shippedFolder, writeFileAtomic } from "../files/index.ts";
import { nodeBackend } from "../runtime/index.ts";
import type { Measure } from "./measures/measure.ts";
import { measures } from "./measures/registry.ts";
import { chosenByName } from "./named.ts";
import { howToMake, partHash, partNames, type Folders } from "./parts.ts";
import { reportPage } from "./report.ts";
import { markStale, readResults, toStored, writeResults, type Identity } from "./results.ts";
import { openWorkbench, type SetName } from "./workbench.ts";

export type EvaluateRequest = {
  /** Measures by name; all by default. */
  only?: readonly string[];
  /** At most so many samples a point. */
  samples?: number;
  /** Share so many minutes of generating between the measures; each says how many samples it got. */
  minutes?: number;
  /** Folders of the models that are judged, of the judges, and of the data sets. */
  models?: string;
  judges?: string;
  data?: string;
  /** Where results.json, results.md and sheets/ lie. */
  out?: string;
  batchSize?: number;
  signal?: AbortSignal;
  onProgress?: OnProgress;
};

export type Outcome =
  { name: string; done: true; seconds: number } | { name: string; done: false; why: string; error?: unknown };

/**
 * Runs measures and yields an outcome each: done, or why not (a part or data set that isn't there; an error). Files are
 * written after each. Throws "unknown_option" for a measure that nobody knows, and "aborted" on `signal`.
 */
export async function* evaluate(request: EvaluateRequest): AsyncGenerator<Outcome, void> {
  const { data = "data", out = "docs", minutes = Infinity, signal, onProgress } = request;
  const folders: Folders = {
    models: request.models ?? shippedFolder(),
    judges: request.judges ?? join("runs", "judges"),
  };
  const chosen = chosenByName(measures, request.only, "measure");
  const paths = { results: join(out, "results.json"), report: join(out, "results.md"), sheets: join(out, "sheets") };
  await mkdir(paths.sheets, { recursive: true });
  await assertWritable(paths.results);
  const now = await identities(folders, data);
  let results = markStale(await readResults(paths.results), now);

  let drawn: { name: string; png: Uint8Array }[] = [];
  const { bench, startClock, close } = openWorkbench({
    folders,
    data,
    backend: await nodeBackend(),
    onSheet: (name, sheet) => drawn.push({ name, png: encodePng({ ...sheet, text: { Software: "Driftfield" } }) }),
    ...(request.samples !== undefined && { samples: request.samples }),
    ...(request.batchSize !== undefined && { batchSize: request.batchSize }),
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  const write = async (): Promise<void> => {
    for (const { name, png } of drawn) await writeFileAtomic(join(paths.sheets, `${name}.png`), png);
    drawn = [];
    await writeResults(
      paths.results,
      results,
      measures.map(({ name }) => name),
    );
    const page = await readFile(paths.report, "utf8").catch(() => "");
    await writeFileAtomic(paths.report, new TextEncoder().encode(reportPage(page, results, measures)));
  };

  try {
    await write();
    const end = performance.now() + minutes * 60_000;
    for (const [i, measure] of chosen.entries()) {
      throwIfAborted(signal);
      const missing = lacks(measure, now);
      if (missing !== undefined) {
        yield { name: measure.name, done: false, why: missing };
        continue;
      }
      const began = performance.now();
      const weight = chosen.slice(i).reduce((sum, left) => sum + left.weight, 0);
      startClock(Math.max(0, ((end - began) * measure.weight) / weight));
      try {
        const findings = await measure.run(bench);
        results = {
          ...results,
          measures: { ...results.measures, [measure.name]: toStored(findings, identityOf(measure, now)) },
        };
        await write();
      } catch (error) {
        if (signal?.aborted) throw error;
        yield { name: measure.name, done: false, why: error instanceof Error ? error.message : String(error), error };
        continue;
      }
      yield { name: measure.name, done: true, seconds: (performance.now() - began) / 1000 };
    }
  } finally {
    await close();
  }
}

export const measureNames: readonly string[] = measures.map(({ name }) => name);

type Found = Readonly<Record<string, string | undefined>>;

const setNames: readonly SetName[] = ["emoji", "faces", "compose"];
const dataKey = (set: SetName): string => `data/${set}`;

/** The hashes of all parts and data sets that are there. */
async function identities(folders: Folders, data: string): Promise<Found> {
  const found: Record<string, string | undefined> = {};
  for (const part of partNames) found[part] = await partHash(part, folders);
  for (const set of setNames) {
    const index = await readFile(join(data, set, "index.json")).catch(() => undefined);
    found[dataKey(set)] = index && createHash("sha256").update(index).digest("hex").slice(0, 12);
  }
  return found;
}

function identityOf({ parts, data }: Measure, found: Found): Identity {
  return Object.fromEntries([...parts, ...data.map(dataKey)].map((key) => [key, found[key] ?? ""]));
}

/** What the measure needs and isn't there, in words. */
function lacks({ parts, data }: Measure, found: Found): string | undefined {
  const part = parts.find((name) => found[name] === undefined);
  if (part !== undefined) return `it needs ${part}: ${howToMake[part]}`;
  const set = data.find((name) => found[dataKey(name)] === undefined);
  return set === undefined ? undefined : `it needs the data set ${set}: driftfield data ${set}`;
}
