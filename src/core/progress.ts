// What long work reports while it runs: one union for the command line's bar, server events and the studio.

/** One report of progress. `fraction` runs from 0 to 1, and is null when the end isn't known. */
export type ProgressEvent =
  | { type: "load"; component: string; fraction: number | null }
  | { type: "step"; stage: string; index: number; total: number; fraction: number; secondsLeft: number | null }
  | { type: "write"; path: string; fraction: number | null };

export type OnProgress = (event: ProgressEvent) => void;
