// What the page and the trainer say to each other.
import type { PointConfig } from "driftfield/point";

/** To the worker: train to step `goal` (a multiple of 50), from what was kept under `key` if that isn't further. */
export type ToTrainer =
  | { type: "start"; key: string; points: Float32Array; seed: number; goal: number }
  | { type: "pause" };

/** From the worker. `losses` are the new ones, up to `step`; `fresh` says that older ones don't count. */
export type FromTrainer =
  | { type: "progress"; step: number; losses: Float32Array; fresh: boolean; stepsPerSecond: number }
  | { type: "model"; step: number; config: PointConfig; weights: Record<string, Float32Array> }
  /** Kept in the database up to `step`. */
  | { type: "kept"; step: number }
  | { type: "stopped"; step: number }
  | { type: "failed"; message: string };
