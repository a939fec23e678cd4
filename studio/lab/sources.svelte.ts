// Which model says the field now, by what the state asks for and what there is: trained in the page, shipped, or exact.
import { spiralClasses } from "driftfield/shapes";
import type { Offer } from "../export/offers.svelte.ts";
import type { DataSpec, ModelSpec } from "../export/run-spec.ts";
import { lab } from "../state/lab.svelte.ts";
import type { Target } from "./measures.ts";
import { dataset } from "./points.svelte.ts";
import { hasShipped } from "./shipped.ts";
import type { RunOutput, RunRequest } from "./run.ts";
import type { Source } from "./source.ts";
import { training } from "./training.svelte.ts";

export type Said = { readonly source: Source | null; readonly learned: boolean; readonly remark: string | null };

const untrained = "No model has learned these data: the exact field is shown. The scene “Train” trains one.";

/** The learned model of the chosen data, if there is one. */
const learned = $derived.by((): Source | null => {
  if (dataset.count === 0) return null;
  if (training.source) return training.source;
  return lab.data === "spiral" && hasShipped("spiral") ? { kind: "shipped", name: "spiral" } : null;
});

const exact = $derived<Source | null>(dataset.count > 0 ? { kind: "exact", points: dataset.points } : null);

const said = $derived.by((): Said => {
  if (lab.model === "exact" || learned === null) {
    const remark = dataset.remark ?? (lab.model === "learned" ? untrained : null);
    return { source: exact, learned: false, remark };
  }
  return { source: learned, learned: true, remark: dataset.remark };
});

/** The chosen data, so that they can be made again elsewhere. */
function dataSpec(): DataSpec {
  const { data, count, seed, letters, drawn } = lab;
  if (data === "drawn") {
    return { points: Array.from({ length: drawn.length / 2 }, (_, i) => [drawn[2 * i], drawn[2 * i + 1]] as const) };
  }
  return data === "letters" ? { shape: data, text: letters, count, seed } : { shape: data, count, seed };
}

/** What `source` is, told so that it can be made again elsewhere. */
function specOf(source: Source): ModelSpec {
  if (source.kind === "shipped") return source;
  if (source.kind === "given") {
    return { kind: "trained", data: dataSpec(), seed: lab.seed, step: Number(source.key.split("@")[1]) };
  }
  const data = source.classes ? { shape: "classes" } : dataSpec();
  return { kind: "exact", data, ...(source.flow && { flow: true }) };
}

/** A run with what it was made of, for the export. */
export function offerOf(
  title: string, run: RunOutput | null, input: (RunRequest & { source: Source }) | null,
): Offer | null {
  if (!run || !input) return null;
  const { source, ...request } = input;
  return { run, spec: { title, model: specOf(source), request } };
}

/** What runs are held against. */
const target = $derived<Target | null>(dataset.set && { points: dataset.points, curves: dataset.set.curves });

/** The chosen data's models. */
export const plane = {
  get said(): Said {
    return said;
  },
  get exact(): Source | null {
    return exact;
  },
  get learned(): Source | null {
    return learned;
  },
  get target(): Target | null {
    return target;
  },
};

/** The same as a flow: from noise to data in straight lines, one by one. */
export const flowSaid = {
  get source(): Source | null {
    if (dataset.count === 0) return null;
    const shipped = lab.model === "learned" && lab.data === "spiral" && hasShipped("spiral-flow");
    return shipped ? { kind: "shipped", name: "spiral-flow" } : { kind: "exact", points: dataset.points, flow: true };
  },
};

const set = spiralClasses();

/** The spiral in three classes, with its models. */
export const classes = {
  set,
  /** What points of class `label` are held against: its own points, on the whole spiral. */
  targetOf(label: number): Target {
    const rows = Array.from(set.classes!.keys()).filter((i) => set.classes![i] === label);
    const points = Float32Array.from(rows.flatMap((i) => [set.points.data[2 * i], set.points.data[2 * i + 1]]));
    return { points, curves: set.curves, classCurves: set.curves };
  },
  get learned(): boolean {
    return lab.model === "learned" && hasShipped("classes");
  },
  get source(): Source {
    if (this.learned) return { kind: "shipped", name: "classes" };
    return { kind: "exact", points: set.points.data, classes: set.classes };
  },
};
