// Where a scene's model comes from: the exact formula of the data, one that ships, or one that was trained in the page.
import {
  exactPointModel, pointModel, pointModelFrom, pointScheduler, type PointConfig, type PointModel, type PointSchedule,
} from "driftfield/point";

export type ShippedName = "spiral" | "classes" | "spiral-flow";

export type Source =
  | { kind: "exact"; points: Float32Array; classes?: Int32Array; flow?: boolean }
  | { kind: "shipped"; name: ShippedName }
  | { kind: "given"; key: string; config: PointConfig; weights: Record<string, Float32Array> };

/** Where the files of a model that ships are read from: a page fetches them, a test reads them. */
export type Fetcher = (name: ShippedName) => Promise<{ config: unknown; weights: Uint8Array }>;

const FLOW: PointSchedule = { _class_name: "ScheduleFlow", N: 1000 };

/** Makes models of sources; ones that take work are kept. */
export function modelMaker(fetcher: Fetcher): (source: Source) => Promise<PointModel> {
  const kept = new Map<string, Promise<PointModel>>();
  return async (source) => {
    if (source.kind === "exact") {
      const points = { data: source.points, shape: [source.points.length / 2, 2] };
      return exactPointModel({ points, classes: source.classes }, source.flow ? FLOW : undefined);
    }
    const key = source.kind === "shipped" ? `shipped ${source.name}` : source.key;
    if (source.kind === "given" && !kept.has(key)) forget(kept);
    const made = kept.get(key) ?? make(source, fetcher);
    kept.set(key, made);
    made.catch(() => kept.delete(key));
    return made;
  };
}

/** Of models trained in the page only the newest is kept. */
function forget(kept: Map<string, unknown>): void {
  for (const key of Array.from(kept.keys())) if (!key.startsWith("shipped ")) kept.delete(key);
}

async function make(source: Exclude<Source, { kind: "exact" }>, fetcher: Fetcher): Promise<PointModel> {
  if (source.kind === "given") return pointModel(source.config, new Map(Object.entries(source.weights)));
  const { config, weights } = await fetcher(source.name);
  return pointModelFrom(config, weights);
}

/**
 * The model with noise levels for as many steps as are asked for: its own table where that has them, a finer one with
 * the same ends otherwise (its network is told the level itself, so any level is as good).
 */
export function forSteps(model: PointModel, steps: number): PointModel {
  const { schedule } = model.config;
  if (steps < schedule.N || schedule._class_name === "ScheduleFlow") return model;
  const finer = { ...schedule, N: 4 * steps };
  return { ...model, config: { ...model.config, schedule: finer }, scheduler: pointScheduler(finer) };
}
