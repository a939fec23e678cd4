// What a measure is: a name to call it by, what it rests on, and the work.
import type { Findings } from "../findings.ts";
import type { Part } from "../parts.ts";
import type { SetName, Workbench } from "../workbench.ts";

export type Measure = {
  readonly name: string;
  readonly title: string;
  /** What is measured, how, and against which floor: the words above its tables in docs/results.md. */
  readonly about: string;
  readonly parts: readonly Part[];
  readonly data: readonly SetName[];
  /** Its share of a limited time, against the others'. */
  readonly weight: number;
  run(bench: Workbench): Promise<Findings>;
};
