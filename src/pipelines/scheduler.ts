// Which scheduler walks the field: the model's own schedule and prediction type, with the sampler that was asked for.
import { type Plan, type Scheduler, schedulerFromConfig, withSampler } from "../diffusion/index.ts";
import type { TextToImageModel } from "../models/types.ts";
import type { ResolvedRequest } from "./request.ts";

/**
 * The scheduler and plan of a request, and warnings about settings without effect.
 * @throws DriftfieldError "invalid_option" for a sampler that nobody knows or that this model's schedule can't have
 */
export function schedulerFor(
  config: TextToImageModel["schedulerConfig"],
  request: ResolvedRequest,
): { scheduler: Scheduler; plan: Plan; warnings: string[] } {
  const plain = schedulerWith(config, request.sampler, {});
  const plan = plain.plan(request.numInferenceSteps);
  const { timestepSpacing: spacing, sigmaSchedule: sigmas } = request;
  const overrides = {
    ...(spacing === undefined ? {} : { timestep_spacing: spacing }),
    ...(sigmas === undefined ? {} : { [`use_${sigmas}_sigmas`]: true }),
  };
  const warnings = samplerWarnings(plain, request);
  if (Object.keys(overrides).length === 0) return { scheduler: plain, plan, warnings };
  const scheduler = schedulerWith(config, request.sampler, overrides);
  const placed = scheduler.plan(request.numInferenceSteps);
  if (JSON.stringify(placed) === JSON.stringify(plan)) {
    const what = [spacing && `timestep spacing ${spacing}`, sigmas && `sigma schedule ${sigmas}`]
      .filter(Boolean)
      .join(" and ");
    warnings.push(`${what} changes nothing here: the steps of sampler ${request.sampler} lie there already`);
  }
  return { scheduler, plan: placed, warnings };
}

/** The model's own scheduler where it has this sampler, with all that its file says; else the same with another one. */
function schedulerWith(config: TextToImageModel["schedulerConfig"], sampler: string, overrides: object): Scheduler {
  const own = schedulerFromConfig({ ...config, ...overrides } as Parameters<typeof schedulerFromConfig>[0]);
  const other = withSampler(own, sampler);
  return other.sampler.name === own.sampler.name ? own : other;
}

function samplerWarnings({ sampler }: Scheduler, { sampler: asked, eta, noiseScale }: ResolvedRequest): string[] {
  const warnings: string[] = [];
  const takesEta = sampler.takesEta === true;
  if (eta !== undefined && !takesEta) warnings.push(`sampler ${asked} has no eta: it changes nothing`);
  const addsNoise = sampler.stochastic || (takesEta && eta !== undefined && eta > 0);
  if (noiseScale !== 1 && !addsNoise) {
    warnings.push(`sampler ${asked} adds no noise, so noise scale ${noiseScale} changes nothing`);
  }
  return warnings;
}
