// What a run was made of, told so that it can be made again anywhere: in the JSON and in the TypeScript.
import type { RunRequest } from "../lab/run.ts";

/** The data: a shape by its name and options, or the points themselves. */
export type DataSpec =
  | { shape: string; count?: number; seed?: number; text?: string }
  | { points: readonly (readonly [number, number])[] };

/** Who said the field. */
export type ModelSpec =
  | { kind: "exact"; data: DataSpec; flow?: boolean }
  | { kind: "shipped"; name: string }
  | { kind: "trained"; data: DataSpec; seed: number; step: number };

export type RunSpec = { title: string; model: ModelSpec; request: RunRequest };
