// The point model that a perfect network would be: for finite data the best denoiser is a formula.
import { DriftfieldError, type Tensor } from "../../core/index.ts";
import { exactDenoiser, type Denoiser } from "../../diffusion/index.ts";
import { checkClasses, pointScheduler, type PointModel } from "./model.ts";
import type { PointConfig, PointSchedule } from "./config.ts";
import type { Classes } from "./network.ts";

export type ExactData = {
  /** (N, 2), at least one point. */
  readonly points: Tensor;
  /** One a point, from 0: makes the model conditional, its null class being all of the data. */
  readonly classes?: Int32Array;
};

const sigmas: PointSchedule = { _class_name: "ScheduleLogLinear", N: 200, sigma_min: 0.005, sigma_max: 10 };

/**
 * The exact model of `data` on `schedule` (smalldiffusion's spiral's by default): predicts E[noise | x], or
 * E[noise - x0 | x] on ScheduleFlow (Karras et al. 2022, eq. 57). Every point of the data is as likely.
 * @throws DriftfieldError "invalid_option" without points, or with classes that don't fit
 */
export function exactPointModel({ points, classes }: ExactData, schedule: PointSchedule = sigmas): PointModel {
  const count = points.data.length / 2;
  if (!Number.isInteger(count) || count < 1 || (classes !== undefined && classes.length !== count)) {
    throw new DriftfieldError("invalid_option", "an exact model needs points, and a class for each or for none", {
      path: "points",
      received: `${count} points, ${classes?.length ?? "no"} classes`,
      expected: "at least one point (x, y)",
      hint: "Give the data set's points.",
    });
  }
  const flow = schedule._class_name === "ScheduleFlow";
  const kinds = classes === undefined ? 0 : Math.max(...classes) + 1;
  const config: PointConfig = {
    _class_name: kinds > 0 ? "ConditionalMLP" : "TimeInputMLP",
    dim: 2,
    hidden_dims: [1],
    prediction: flow ? "flow_prediction" : "epsilon",
    schedule,
    time_input: true,
    sigma_data: 0.5,
    num_classes: kinds,
    cond_dim: kinds > 0 ? 1 : 0,
    class_names: [],
  };
  const denoisers = [...Array(kinds).keys()].map((kind) => exactDenoiser(only(points, classes!, kind)));
  denoisers.push(exactDenoiser(points));

  const predict: PointModel["predict"] = (x, sigma, labels) => {
    const checked = checkClasses(config, labels) ?? kinds;
    const one = (from: Float32Array, s: number, label: number) => velocity(denoisers[label], from, s, flow);
    if (typeof sigma === "number" && typeof checked === "number") return one(x, sigma, checked);
    const out = new Float32Array(x.length);
    for (let i = 0; i < x.length / 2; i++) {
      const s = typeof sigma === "number" ? sigma : sigma[i];
      out.set(one(x.subarray(2 * i, 2 * i + 2), s, labelOf(checked, i)), 2 * i);
    }
    return out;
  };
  return {
    config,
    weights: new Map(),
    scheduler: pointScheduler(schedule),
    network: predict,
    predict,
    denoise: (x, sigma, labels) => predict(x, sigma, labels).map((value, i) => x[i] - sigma * value),
  };
}

/** (x - E[x0 | x]) / sigma: the noise where the signal is whole, noise - x0 on a flow. */
function velocity(denoise: Denoiser, x: Float32Array, sigma: number, flow: boolean): Float32Array {
  const { data } = denoise({ data: x, shape: [x.length / 2, 2] }, { alpha: flow ? 1 - sigma : 1, sigma });
  return data.map((value, i) => (x[i] - value) / sigma) as Float32Array;
}

const labelOf = (classes: Classes, i: number): number => (typeof classes === "number" ? classes : classes[i]);

/** The points of one class; all of them where it has none, so that there is always something to point at. */
function only(points: Tensor, classes: Int32Array, kind: number): Tensor {
  const rows = [...classes.keys()].filter((i) => classes[i] === kind);
  if (rows.length === 0) return points;
  const data = Float32Array.from(rows.flatMap((i) => [points.data[2 * i], points.data[2 * i + 1]]));
  return { data, shape: [rows.length, 2] };
}
