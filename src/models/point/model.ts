// A point model: its network, read as what its scheduler and the samplers speak, and as fields to draw.
import { DriftfieldError, type Tensor } from "../../core/index.ts";
import { schedulerFromConfig, type Model, type Scheduler } from "../../diffusion/index.ts";
import type { PointConfig, PointSchedule } from "./config.ts";
import { pointNetwork, type Classes, type PointNetwork, type PointWeights } from "./network.ts";

export type PointModel = {
  readonly config: PointConfig;
  readonly weights: PointWeights;
  /** Told sigma on ScheduleLogLinear, and 1000 t on ScheduleFlow; its prediction type is what `predict` returns. */
  readonly scheduler: Scheduler;
  /** The network's own output, whatever it means: (N, 2) at x (N, 2). */
  readonly network: PointNetwork;
  /**
   * What it predicts at x (N, 2): the noise in x = x0 + sigma noise (all but flow models), or the velocity noise - x0
   * at x = (1 - sigma) x0 + sigma noise. `sigma`: one for all, or one each, above 0. `classes`: none is the null class.
   */
  predict(x: Float32Array, sigma: number | Float32Array, classes?: Classes): Float32Array;
  /** The estimate of the clean points at x (N, 2). */
  denoise(x: Float32Array, sigma: number, classes?: Classes): Float32Array;
};

/** Makes a model of its parts. @throws DriftfieldError "shape_mismatch" for weights that don't fit the config */
export function pointModel(config: PointConfig, weights: PointWeights): PointModel {
  const network = pointNetwork(config, weights);
  const read = reading(config);
  const predict: PointModel["predict"] = (x, sigma, classes) => {
    const output = network(x, sigma, checkClasses(config, classes));
    if (read === null) return output;
    const { dim } = config;
    for (let i = 0; i < output.length; i++) {
      const { ofX, ofOutput } = read(typeof sigma === "number" ? sigma : sigma[Math.floor(i / dim)]);
      output[i] = ofX * x[i] + ofOutput * output[i];
    }
    return output;
  };
  return {
    config,
    weights,
    network,
    predict,
    scheduler: pointScheduler(config.schedule),
    // x0 = x - sigma noise; on a flow x0 = x - t velocity: the same form
    denoise: (x, sigma, classes) => predict(x, sigma, classes).map((value, i) => x[i] - sigma * value),
  };
}

/** The scheduler of a point model's noise levels. */
export function pointScheduler(schedule: PointSchedule): Scheduler {
  if (schedule._class_name === "ScheduleFlow") {
    return schedulerFromConfig({
      _class_name: "FlowMatchEulerDiscreteScheduler",
      num_train_timesteps: schedule.N,
      shift: 1,
    });
  }
  return schedulerFromConfig({
    _class_name: "ScheduleLogLinear",
    num_train_timesteps: schedule.N,
    sigma_min: schedule.sigma_min,
    sigma_max: schedule.sigma_max,
  });
}

/** The noise as a x + b F, F being the network's output at x and sigma; null where F is it already. */
type Reading = ((sigma: number) => { ofX: number; ofOutput: number }) | null;

function reading({ prediction, schedule, sigma_data: data }: PointConfig): Reading {
  switch (prediction) {
    case "epsilon":
    case "flow_prediction":
      return null;
    case "sample":
      return (sigma) => ({ ofX: 1 / sigma, ofOutput: -1 / sigma });
    case "v_prediction": // noise = sqrt(a) (v + sqrt(1 - a) x), a = 1 / (1 + sigma^2)
      return (sigma) => ({ ofX: sigma / (1 + sigma * sigma), ofOutput: 1 / Math.hypot(1, sigma) });
    case "edm": // (x - c_skip x - c_out F) / sigma
      return (sigma) => {
        const power = sigma * sigma + data * data;
        return { ofX: sigma / power, ofOutput: -data / Math.sqrt(power) };
      };
    case "last_step": {
      const share = lastStepShare(schedule);
      return () => ({ ofX: 0, ofOutput: 1 / share });
    }
  }
}

/** sqrt(1 - r^2): the part of the noise that the last of the schedule's steps adds, r its ratio of levels. */
export function lastStepShare(schedule: PointSchedule): number {
  if (schedule._class_name === "ScheduleFlow") return 1;
  const ratio = (schedule.sigma_min / schedule.sigma_max) ** (1 / (schedule.N - 1));
  return Math.sqrt(1 - ratio * ratio);
}

export function checkClasses({ num_classes }: PointConfig, classes: Classes | undefined): Classes | undefined {
  if (classes === undefined) return undefined;
  const bad = typeof classes === "number" ? [classes].find(outside) : classes.find(outside);
  if (bad === undefined) return classes;
  const rule = num_classes === 0 ? "none: this model has no classes" : `a whole number from 0 to ${num_classes}`;
  throw new DriftfieldError("invalid_option", `class ${bad} must be ${rule}`, {
    path: "classes",
    received: bad,
    expected: rule,
    hint: num_classes === 0 ? "Leave the class out." : `${num_classes} is no class (unconditioned).`,
  });
  function outside(label: number): boolean {
    return !Number.isInteger(label) || label < 0 || label > num_classes || num_classes === 0;
  }
}

/** How a point model is conditioned while sampling. */
export type Conditions = {
  /** The class of each point, or one for all; left out: unconditioned. */
  classes?: Classes;
  /** Instead of the null class in the unconditioned prediction: away from this class. */
  negative?: Classes;
};

/** The model as `sample` of driftfield/diffusion takes it: x is (N, 2), predictions "cond" and "uncond". */
export function asSampled(model: PointModel, { classes, negative }: Conditions = {}): Model {
  const scale = model.config.schedule._class_name === "ScheduleFlow" ? model.config.schedule.N : 1;
  const said = (x: Tensor, t: number, labels: Classes | undefined): Tensor => ({
    data: model.predict(x.data, t / scale, labels),
    shape: x.shape,
  });
  return (x, t, want) =>
    Object.fromEntries(want.map((name) => [name, said(x, t, name === "uncond" ? negative : classes)]));
}
