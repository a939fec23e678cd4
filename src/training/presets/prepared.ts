// What a preset is made into: a task with its settings, and how its trained model is written.
import type { OnProgress } from "../../core/index.ts";
import type { Sym } from "../../graph/index.ts";
import type { TransformerSize } from "../../models/transformer/config.ts";
import type { Backend } from "../../runtime/index.ts";
import type { Objective } from "../denoiser-task.ts";
import type { PointChoices } from "../point/presets.ts";
import type { RunOptions } from "../run.ts";
import type { TrainingState } from "../state.ts";
import type { Task } from "../train.ts";

/** Pictures that an exported run encodes at once. */
export const ENCODED = 64;

export type Prepared = {
  task: Task;
  settings: Pick<RunOptions, "steps" | "rate"> & Partial<RunOptions>;
  /** The shipped weights that a run can go on from. */
  weights: string;
  /** What the batches' latents are made with, for a run that is exported: an encoder's graph (bytes in) and weights. */
  latents?: { outputs: Record<string, Sym>; batch: number; weights: string; mean: number[]; std: number[] };
  /** The encoder that this run trains: its latents' statistics are measured on the trained weights. */
  encoder?: { outputs: Record<string, Sym>; batch: number; weights: string; config: string };
  /** Writes the trained model into a folder of models: `<folder>/emoji/vae`, ... */
  export(folder: string, state: TrainingState): Promise<void>;
};

export type PrepareOptions = {
  /** Folder that holds the data sets: `<data>/emoji`, `<data>/faces`, `<data>/compose`. */
  data: string;
  /** Folder of models that a preset builds on (the denoiser: autoencoder and text encoder). */
  models?: string;
  seed: number;
  batchSize?: number;
  objective?: Objective;
  /** The denoiser's size ("base" by default). */
  size?: TransformerSize;
  /** The run is exported, not trained here: no latents are made. */
  exported?: boolean;
  /** What is chosen of a point preset. */
  points?: Omit<PointChoices, "preset">;
  /** Where derived data (latents) are kept. */
  cache: string;
  backend: Backend;
  signal?: AbortSignal;
  onProgress?: OnProgress;
};
