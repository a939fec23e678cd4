// What a step leaves behind for whoever iterates: plain fields, and tensors that are computed when they are read.
import type { Tensor } from "../core/index.ts";
import type { Moment } from "./guidance.ts";
import type { Outcome, SamplerState } from "./stepper.ts";

/** What one evaluation did: the same for dots, pictures and clips. Derived tensors are computed when read. */
export type StepRecord = {
  /** The loop's name, in pipelines with several. */
  readonly stage?: string;
  /** 0-based entry of plan.timesteps, and how many there are. */
  readonly index: number;
  readonly total: number;
  /** Model time; noise and signal scale of x before the step. */
  readonly t: number;
  readonly sigma: number;
  readonly alpha: number;
  readonly x: Tensor;
  /** In the model's own prediction type. */
  readonly prediction: { readonly [name: string]: Tensor | undefined; readonly guided: Tensor };
  /** The estimate of the clean sample, after guidance. */
  readonly denoised: Tensor;
  /** What the step added, if it adds any. */
  readonly noise?: Tensor;
  readonly next: Tensor;
  /** Where the run stands now: `sample({ ..., state })` goes on from here, or branches. */
  readonly state: SamplerState;
};

/** A class, whose getters cost nothing to make: a literal's are made anew for every record, in a microsecond. */
export class Recorded implements StepRecord {
  readonly stage: string | undefined;
  readonly index: number;
  readonly total: number;
  readonly t: number;
  readonly sigma: number;
  readonly alpha: number;
  readonly x: Tensor;
  readonly prediction: StepRecord["prediction"];
  readonly next: Tensor;
  readonly state: SamplerState;
  readonly #outcome: Outcome;
  #denoised: Tensor | undefined;
  #noise: Tensor | undefined;

  constructor(
    stage: string | undefined,
    { index, total, t, level }: Moment,
    x: Tensor,
    prediction: StepRecord["prediction"],
    outcome: Outcome,
  ) {
    this.stage = stage;
    this.index = index;
    this.total = total;
    this.t = t;
    this.sigma = level.sigma;
    this.alpha = level.alpha;
    this.x = x;
    this.prediction = prediction;
    this.next = outcome.state.x;
    this.state = outcome.state;
    this.#outcome = outcome;
  }

  get denoised(): Tensor {
    return (this.#denoised ??= this.#outcome.denoised());
  }

  get noise(): Tensor | undefined {
    return (this.#noise ??= this.#outcome.noise?.());
  }
}
