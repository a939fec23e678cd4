// What a sampler is: one pure function from "here is x, the network said this" to "go there".
import type { Generator } from "../../random/index.ts";
import type { Estimate } from "../estimate.ts";
import type { Expand, Plan } from "../plan.ts";
import type { Floats, Sum } from "../sum.ts";

/** What a sampler promises; tests measure it over the whole registry. */
export type SamplerInfo = {
  readonly name: string;
  /** ode: follows the probability-flow ODE; sde: a chain with noise; distilled: for networks trained to jump. */
  readonly kind: "ode" | "sde" | "distilled";
  /** Global error falls as steps^-order (ODE solvers only). */
  readonly convergenceOrder: number | null;
  /** True when it adds noise by default. */
  readonly stochastic: boolean;
  /** Paper and equation. */
  readonly source: string;
  /** True when the option `eta` turns how much noise it adds. */
  readonly takesEta?: boolean;
};

/** What a caller may turn at run time; each sampler reads what it knows. */
export type StepOptions = {
  /** Noise put back by each step: 0 none (DDIM), 1 as much as the forward process took (DDPM). */
  eta?: number;
  /** DDIM: derive the noise from the clipped or thresholded clean sample, not from what the network said. */
  useClippedModelOutput?: boolean;
  /** Accelerated sampling (Permenter & Yuan 2024): weight of the newest noise direction; 1 is DDIM's, 2 the default. */
  gamma?: number;
  /** Accelerated sampling: 0 adds no noise (default), 1/2 about as much as DDPM; below 1. */
  mu?: number;
  /** Factor on all noise that steps add: 1 as derived, 0 left out (the ablation). */
  noiseScale?: number;
  /** Karras et al. 2022, algorithm 2: noise added before each Euler step, and its range of sigmas and factor. */
  sChurn?: number;
  sTmin?: number;
  sTmax?: number;
  sNoise?: number;
};

/** Everything a sampler may look at. */
export type Step = {
  readonly x: Floats;
  readonly index: number;
  readonly plan: Plan;
  readonly estimate: Estimate;
  /** What it asked to remember: arrays in the order that it chose, empty at the start. */
  readonly memory: readonly Floats[];
  readonly options: StepOptions;
  readonly shape: readonly number[];
  /** The run's random numbers, for samplers whose noise isn't a plain draw. */
  readonly generator?: Generator;
};

/** Where to go: the next x is normal, around `mean`. */
export type Move = {
  readonly mean: Sum;
  /** Standard deviation of the noise to add. Left out: no noise is drawn; 0: drawn and not used, as the reference. */
  readonly deviation?: number | Floats;
  /** Unit noise that the sampler has itself, instead of a plain draw from the generator. */
  readonly unitNoise?: () => Floats;
  readonly memory?: readonly Floats[];
};

/** One algorithm. It keeps nothing: state comes in and goes out. */
export type Sampler = SamplerInfo & {
  readonly evaluationsPerStep?: number;
  /** The network says a variance for every number too, in a second half of its channels. */
  readonly learnsVariance?: boolean;
  readonly expand?: Expand;
  /** See PlanParts: `strength` cuts entries instead of the grid. */
  readonly cutsEntries?: boolean;
  readonly advance: (step: Step) => Move;
};

/** What a sampler says of itself, without its workings. */
export function samplerInfo({ name, kind, convergenceOrder, stochastic, source, takesEta }: SamplerInfo): SamplerInfo {
  return { name, kind, convergenceOrder, stochastic, source, takesEta: takesEta ?? false };
}
