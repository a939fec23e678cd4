// Which scheduler walks the field: the model's own schedule and prediction type, with the sampler that was asked for.
import {
  type Plan,
  type Scheduler,
  type SchedulerConfig,
  schedulerFromConfig,
  withSampler,
} from "../diffusion/index.ts";
import type { TextToImageModel } from "../models/types.ts";
import { configForSampler, mendedConfig } from "./reference-scheduler.ts";
import type { ResolvedRequest } from "./request.ts";

type Model = Pick<TextToImageModel, "schedulerConfig" | "isReference"> & {
  config?: Pick<TextToImageModel["config"], "isUnconditional">;
};
type Asked = Pick<
  ResolvedRequest,
  "sampler" | "numInferenceSteps" | "timestepSpacing" | "sigmaSchedule" | "strength" | "eta" | "noiseScale"
>;

/**
 * The scheduler and plan of a request, and warnings about settings without effect. `isMasked`: for in-painting.
 * @throws DriftfieldError "invalid_option" for a sampler that nobody knows or that this model's schedule can't have
 */
export function schedulerFor(
  model: Model,
  request: Asked,
  isMasked = false,
): { scheduler: Scheduler; plan: Plan; warnings: string[] } {
  const { timestepSpacing: spacing, sigmaSchedule: sigmas, numInferenceSteps: steps, strength } = request;
  const late = strength === undefined ? {} : { strength, cuts: model.isReference ?? false };
  const planOf = (scheduler: Scheduler) => scheduler.plan(steps, late);
  const plain = schedulerWith(model, request.sampler, {}, isMasked);
  const plan = planOf(plain);
  const overrides = {
    ...(spacing === undefined ? {} : { timestep_spacing: spacing }),
    ...(sigmas === undefined ? {} : { [`use_${sigmas}_sigmas`]: true }),
  };
  const warnings = samplerWarnings(plain, request);
  if (Object.keys(overrides).length === 0) return { scheduler: plain, plan, warnings };
  const scheduler = schedulerWith(model, request.sampler, overrides, isMasked);
  const placed = planOf(scheduler);
  if (JSON.stringify(placed) === JSON.stringify(plan)) {
    const what = [spacing && `timestep spacing ${spacing}`, sigmas && `sigma schedule ${sigmas}`]
      .filter(Boolean)
      .join(" and ");
    const name = request.sampler ?? plain.sampler.name;
    warnings.push(`${what} changes nothing here: the steps of sampler ${name} lie there already`);
  }
  return { scheduler, plan: placed, warnings };
}

/** The model's own scheduler where it has this sampler, with all that its file says; else the same with another one. */
function schedulerWith(
  { schedulerConfig, isReference = false, config }: Model,
  sampler: string | undefined,
  overrides: object,
  isMasked: boolean,
): Scheduler {
  const read = (config: object) => schedulerFromConfig({ ...config, ...overrides } as SchedulerConfig);
  const mend = config?.isUnconditional
    ? (file: typeof schedulerConfig) => file as SchedulerConfig
    : (file: typeof schedulerConfig) => mendedConfig(file, isMasked);
  const own = read(isReference ? mend(schedulerConfig) : schedulerConfig);
  if (sampler === undefined) return own;
  const other = withSampler(own, sampler);
  if (other.sampler.name === own.sampler.name) return own;
  const reference = isReference ? configForSampler(schedulerConfig, sampler, mend) : undefined;
  if (reference) return read(reference);
  return withSampler(own, sampler, overrides as Record<string, unknown>);
}

function samplerWarnings({ sampler }: Scheduler, { sampler: asked = sampler.name, eta, noiseScale }: Asked): string[] {
  const warnings: string[] = [];
  const takesEta = sampler.takesEta === true;
  if (eta !== undefined && !takesEta) warnings.push(`sampler ${asked} has no eta: it changes nothing`);
  const addsNoise = sampler.stochastic || (takesEta && eta !== undefined && eta > 0);
  if (noiseScale !== 1 && !addsNoise) {
    warnings.push(`sampler ${asked} adds no noise, so noise scale ${noiseScale} changes nothing`);
  }
  return warnings;
}
