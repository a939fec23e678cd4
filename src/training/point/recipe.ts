// How a point model learns: what is drawn at each step, and the settings of the optimiser.
import type { PointConfig } from "../../models/point/index.ts";

export type PointRecipe = {
  /**
   * Which noise levels are trained on: "table" draws one of the schedule's N for each point (smalldiffusion). The
   * others spread the points' levels evenly over a distribution, shifted at random each step: the same distribution
   * with less luck in it. "even": that of log(sigma), or t of a flow; or log(sigma) is normal about `middle` (a flow
   * takes "even" for it).
   */
  levels: "table" | "even" | { middle: number; deviation: number };
  /** Noise draws a point and step: the batch is that many times the data set, at most 2,048 points of it. */
  draws: number;
  /** Share of points whose class is dropped at each step. */
  dropClass: number;
  steps: number;
  /** Peak learning rate, warmed up over `warmup` steps, falling to 0 over the last `cooldown` share. */
  rate: number;
  warmup: number;
  cooldown: number;
  /** Share of the running average of the weights that stays after one step; 0: the weights themselves ship. */
  emaDecay: number;
  beta2: number;
  weightDecay: number;
};

/** smalldiffusion's training_loop: AdamW as PyTorch has it by default, levels from the table, nothing averaged. */
export const referenceRecipe: PointRecipe = {
  levels: "table",
  draws: 1,
  dropClass: 0.1,
  steps: 15_000,
  rate: 1e-3,
  warmup: 1,
  cooldown: 0,
  emaDecay: 0,
  beta2: 0.999,
  weightDecay: 0.01,
};

/** Ours: the same number of steps and points, spent better. */
export const pointRecipe: PointRecipe = {
  levels: { middle: -1.5, deviation: 1.3 },
  draws: 1,
  dropClass: 0.1,
  steps: 15_000,
  rate: 3e-3,
  warmup: 200,
  cooldown: 0.7,
  emaDecay: 0.998,
  beta2: 0.99,
  weightDecay: 0,
};

const HIDDEN = [16, 128, 128, 128, 128, 16];
const SIGMAS = { _class_name: "ScheduleLogLinear", N: 200, sigma_min: 0.005, sigma_max: 10 } as const;
const plain = {
  dim: 2, hidden_dims: HIDDEN, time_input: true, sigma_data: 0.5, num_classes: 0, cond_dim: 0, class_names: [],
} as const;

/** The networks that presets train, by what they predict. Sizes are those of the film's toy. */
export const pointConfigs = {
  edm: { ...plain, _class_name: "TimeInputMLP", prediction: "edm", schedule: SIGMAS },
  epsilon: { ...plain, _class_name: "TimeInputMLP", prediction: "epsilon", schedule: SIGMAS },
  last_step: { ...plain, _class_name: "TimeInputMLP", prediction: "last_step", schedule: SIGMAS },
  flow: {
    ...plain,
    _class_name: "TimeInputMLP",
    prediction: "flow_prediction",
    schedule: { _class_name: "ScheduleFlow", N: 1000 },
  },
} as const satisfies Record<string, PointConfig>;
