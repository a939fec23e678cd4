// diffusion: the mathematics, on typed arrays. Schedules, predictions, samplers, guidance, the loop that drives them.
export { asDenoiser } from "./as-denoiser.ts";
export type { SchedulerConfig } from "./config.ts";
export type { AdaptiveOptions } from "./equations/adaptive.ts";
export { exactTrace, hutchinsonTrace, type JacobianTrace } from "./equations/divergence.ts";
export { edmPath } from "./equations/edm-path.ts";
export type { DenoiserField } from "./equations/field.ts";
export { flowPath } from "./equations/flow-path.ts";
export { logLikelihood, type Likelihood, type LikelihoodOptions } from "./equations/likelihood.ts";
export { evenTimes, type NoisePath } from "./equations/path.ts";
export { probabilityFlow, type FlowRecord, type ProbabilityFlowOptions } from "./equations/probability-flow.ts";
export { reverseSde, type ReverseSdeOptions, type SdeRecord } from "./equations/reverse-sde.ts";
export { vePath } from "./equations/ve-path.ts";
export { vpPath } from "./equations/vp-path.ts";
export { asModel, exactDenoiser, gaussianDenoiser, type Denoiser } from "./exact.ts";
export {
  classifierFree,
  type ClassifierFreeOptions,
  type Guidance,
  type Moment,
  type NamedPredictions,
  type Prediction,
} from "./guidance.ts";
export { adaptiveProjected, type AdaptiveProjectedOptions } from "./guidance-projected.ts";
export { composed, type WeightedCondition } from "./guidance-composed.ts";
export { gaussianMixture, type GaussianMixture, type MixtureComponent } from "./mixture.ts";
export type { Plan } from "./plan.ts";
export type { PlanOptions } from "./plans/options.ts";
export { predictionTypes, type PredictionType } from "./prediction.ts";
export type { StepRecord } from "./record.ts";
export { sample, type Model, type SampleOptions } from "./sample.ts";
export { samplerAliases, samplerNamed, samplers } from "./samplers/registry.ts";
export type { SamplerInfo, StepOptions } from "./samplers/sampler.ts";
export type { Level } from "./schedule/level.ts";
export type { NoiseSchedule } from "./schedule/schedule.ts";
export { schedulerFromConfig, withSampler, type Scheduler } from "./scheduler.ts";
export type { SamplerState, Stepper } from "./stepper.ts";
export { counterGenerator, torchGenerator, type Generator, type GeneratorState } from "../random/index.ts";
