// A scheduler: a model's noise schedule and prediction type, with the sampler that its configuration names.
import { DriftfieldError, nearestNames, type Tensor } from "../core/index.ts";
import { checkKeys, type SchedulerConfig } from "./config.ts";
import type { Plan } from "./plan.ts";
import { checkPlanOptions, type PlanOptions } from "./plans/options.ts";
import type { Preconditioning } from "./preconditioning.ts";
import type { PredictionType } from "./prediction.ts";
import { samplerNamed } from "./samplers/registry.ts";
import { samplerInfo, type SamplerInfo, type StepOptions } from "./samplers/sampler.ts";
import type { Level } from "./schedule/level.ts";
import type { NoiseSchedule } from "./schedule/schedule.ts";
import { schedulerClasses } from "./schedulers/classes.ts";
import type { SchedulerParts } from "./schedulers/parts.ts";
import { stepper, type Stepper } from "./stepper.ts";

export type Scheduler = {
  readonly config: SchedulerConfig;
  readonly schedule: NoiseSchedule;
  readonly predictionType: PredictionType;
  /** How the network is wrapped, where it is (EDM, consistency models). */
  readonly preconditioning?: Preconditioning;
  readonly sampler: SamplerInfo;
  /** alpha^2 of every training timestep, where the schedule is a table. */
  readonly alphasCumprod?: Float32Array;
  /** The forward process: x at model time `t` (one for all, or one a sample), in the sampler's own space. */
  addNoise(x: Tensor, noise: Tensor, t: number | readonly number[]): Tensor;
  /** What a velocity network is trained to say there: alpha noise - sigma x; noise - x on a flow. */
  velocity(x: Tensor, noise: Tensor, t: number | readonly number[]): Tensor;
  /**
   * The path of a run of `steps` steps; null with `options.timesteps` or `options.sigmas`.
   * @throws DriftfieldError on steps out of range, lists that don't fall, contradictory options.
   */
  plan(steps: number | null, options?: PlanOptions): Plan;
  /** The sampler along `plan`, without the loop. */
  stepper(plan: Plan, options?: StepOptions): Stepper;
};

/**
 * The scheduler of a `scheduler_config.json`, told by its `_class_name`; options that are absent have the class's
 * defaults. @throws DriftfieldError on an unknown class or option (with the nearest names) and on values out of range.
 */
export function schedulerFromConfig(config: SchedulerConfig): Scheduler {
  return scheduler(config, readConfig(config));
}

function readConfig(config: SchedulerConfig): SchedulerParts {
  checkKeys(config);
  const found = schedulerClasses.find(({ className }) => className === config._class_name);
  if (!found) throw unknownClass(config._class_name);
  return found.read(config);
}

/**
 * The same model with another sampler, by its registry name. On a table schedule the sampler brings its own way to
 * plan, as the reference's class has it; on a flow or an exploding one it walks the schedule's own times.
 * @param overrides options of the sampler's configuration, such as `timestep_spacing`.
 */
export function withSampler(from: Scheduler, name: string, overrides: Record<string, unknown> = {}): Scheduler {
  const entry = samplerNamed(name);
  const way = from.schedule.kind === "discrete" ? entry.config : {};
  const config = { ...from.config, ...way, ...overrides };
  const parts = readConfig(config);
  // The class's own sampler has the options that the configuration says.
  const same = parts.sampler.name === entry.sampler.name;
  return scheduler(config, same ? parts : { ...parts, sampler: entry.sampler });
}

function scheduler(config: SchedulerConfig, parts: SchedulerParts): Scheduler {
  const { schedule, predictionType, preconditioning, sampler, range, levelAt } = parts;
  return {
    config,
    schedule,
    predictionType,
    preconditioning,
    sampler: samplerInfo(sampler),
    alphasCumprod: schedule.alphasCumprod,
    addNoise: (x, noise, t) => mix(x, noise, t, (time) => levelAt(time)),
    velocity: (x, noise, t) => mix(x, noise, t, (time) => velocityWeights(schedule, time)),
    plan(steps, options = {}) {
      checkPlanOptions(options);
      return parts.plan(sampler, steps, options);
    },
    stepper: (plan, options) => stepper({ sampler, plan, type: predictionType, preconditioning, range, options }),
  };
}

function velocityWeights(schedule: NoiseSchedule, t: number): Level {
  if (schedule.kind === "flow") return { alpha: -1, sigma: 1 };
  const { alpha, sigma } = schedule.at(t);
  return { alpha: -sigma, sigma: alpha };
}

/** alpha x + sigma noise, with each sample's own weights. */
function mix(x: Tensor, noise: Tensor, t: number | readonly number[], weights: (t: number) => Level): Tensor {
  const batch = typeof t === "number" ? 1 : t.length;
  const times = typeof t === "number" ? [t] : t;
  if (x.data.length !== noise.data.length || (typeof t !== "number" && batch !== x.shape[0])) {
    throw new DriftfieldError("shape_mismatch", "x, noise and t don't fit", {
      path: "t",
      received: `x [${x.shape}], noise [${noise.shape}], ${batch} times`,
      expected: "noise of x's shape, and one time or one for each sample",
      hint: "draw noise with x.shape; pass a single t for the whole batch",
    });
  }
  const data = new Float32Array(x.data.length);
  const size = data.length / batch;
  times.forEach((time, b) => {
    const { alpha, sigma } = weights(time);
    for (let i = b * size; i < (b + 1) * size; i++) data[i] = alpha * x.data[i] + sigma * noise.data[i];
  });
  return { data, shape: x.shape };
}

function unknownClass(name: string): DriftfieldError {
  const known = schedulerClasses.map(({ className }) => className);
  const near = nearestNames(String(name), known);
  return new DriftfieldError("unsupported", `unknown scheduler class "${name}"`, {
    path: "_class_name",
    received: name,
    expected: `one of ${known.join(", ")}`,
    hint: near.length > 0 ? `did you mean ${near.join(" or ")}?` : `choose one of ${known.join(", ")}`,
  });
}
