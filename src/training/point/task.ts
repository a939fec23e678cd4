// The task of a point model: batches made on the host (a hundred points are nothing), the network's step on the engine.
import type { PointSet } from "../../data/shapes/index.ts";
import { meanSquaredError } from "../../graph/index.ts";
import { lastStepShare, pointFeatures, pointGraph, type PointConfig } from "../../models/point/index.ts";
import type { BatchShapes } from "../../nn/index.ts";
import { counterGenerator, counterNormal, counterUniform, normalQuantile } from "../../random/index.ts";
import type { Task } from "../train.ts";
import type { PointRecipe } from "./recipe.ts";

const LARGEST_BATCH = 2048;
const GOLDEN = (Math.sqrt(5) - 1) / 2; // steps by it fill [0, 1) evenly

/** What learning `data` by `recipe` means. Step k's batch depends on (seed, k) alone. */
export function pointTask(config: PointConfig, data: PointSet, recipe: PointRecipe, seed: number): Task {
  const all = data.points.shape[0];
  const size = Math.min(all * recipe.draws, LARGEST_BATCH);
  const width = config.dim + (config.time_input ? 2 : 0);
  const conditional = config.num_classes > 0;
  const row = (columns: number) => ({ shape: [size, columns], dtype: "float32" as const });
  const batch: BatchShapes = {
    features: row(width),
    target: row(config.dim),
    ...(conditional && { classes: row(config.num_classes + 1) }),
  };
  return {
    name: `point-${config.prediction}`,
    batchSize: size,
    batch,
    loss: (scope, { features, target, classes }) => ({
      loss: meanSquaredError(pointGraph(scope, config, features, classes), target),
    }),
    makeBatch(step) {
      const rows = chosenRows(all, size, seed, step);
      const clean = new Float32Array(2 * size);
      rows.forEach((from, to) => clean.set(data.points.data.subarray(2 * from, 2 * from + 2), 2 * to));
      const sigma = drawLevels(config, recipe, size, seed, step);
      const normal = (draw: number) => counterNormal({ seed, sample: step, draw }, new Float32Array(2 * size));
      const { x, target } = noisy(config, clean, sigma, normal);
      return {
        features: pointFeatures(config, x, sigma),
        target,
        ...(conditional && { classes: oneHot(config, data, rows, recipe.dropClass, { seed, step }) }),
      };
    },
  };
}

/** All points, as often as they fit; a random choice where there are more than the batch holds. */
function chosenRows(all: number, size: number, seed: number, step: number): Int32Array {
  if (size % all === 0) return Int32Array.from({ length: size }, (_, i) => i % all);
  return Int32Array.from(counterGenerator({ seed, sample: step, draw: 8 }).randint(0, all, [size]).data);
}

function drawLevels(
  { schedule }: PointConfig, { levels }: PointRecipe, count: number, seed: number, step: number,
): Float32Array {
  const uniform = counterUniform({ seed, sample: step, draw: 0 }, new Float32Array(count));
  const { N } = schedule;
  if (levels === "table") return uniform.map((value) => levelAt(schedule, Math.floor(value * N) / (N - 1)));
  const even = uniform.map((_, i) => (uniform[0] + i * GOLDEN) % 1);
  if (levels === "even" || schedule._class_name === "ScheduleFlow") return even.map((u) => levelAt(schedule, u));
  const { middle, deviation } = levels;
  const { sigma_min, sigma_max } = schedule;
  return even.map((u) => Math.min(sigma_max, Math.max(sigma_min, Math.exp(middle + deviation * normalQuantile(u)))));
}

type Schedule = PointConfig["schedule"];

const FIRST_TIME = 0.001; // of flow: at 0 there's nothing to say

/** The noise level at `u` from 0 to 1 of the schedule's range. */
function levelAt(schedule: Schedule, u: number): number {
  if (schedule._class_name === "ScheduleFlow") return FIRST_TIME + (1 - FIRST_TIME) * u;
  return schedule.sigma_min * (schedule.sigma_max / schedule.sigma_min) ** u;
}

/** Noisy points and what the network should say there, for every kind of prediction (see pointPredictions). */
function noisy(
  config: PointConfig, clean: Float32Array, sigma: Float32Array, normal: (draw: number) => Float32Array,
): { x: Float32Array; target: Float32Array } {
  const noise = normal(0);
  const share = lastStepShare(config.schedule);
  const last = config.prediction === "last_step" ? normal(1) : undefined;
  if (last !== undefined) {
    const earlier = Math.sqrt(1 - share * share);
    for (let i = 0; i < noise.length; i++) noise[i] = earlier * noise[i] + share * last[i];
  }
  const x = new Float32Array(clean.length);
  const target = new Float32Array(clean.length);
  const data = config.sigma_data;
  for (let i = 0; i < clean.length; i++) {
    const s = sigma[i >> 1];
    x[i] = config.prediction === "flow_prediction" ? (1 - s) * clean[i] + s * noise[i] : clean[i] + s * noise[i];
    switch (config.prediction) {
      case "epsilon": target[i] = noise[i]; break;
      case "sample": target[i] = clean[i]; break;
      case "v_prediction": target[i] = (noise[i] - s * clean[i]) / Math.sqrt(1 + s * s); break;
      case "edm": { // (x0 - c_skip x) / c_out
        const power = s * s + data * data;
        target[i] = ((clean[i] - (data * data * x[i]) / power) * Math.sqrt(power)) / (s * data);
        break;
      }
      case "last_step": target[i] = last![i]; break;
      case "flow_prediction": target[i] = noise[i] - clean[i]; break;
    }
  }
  return { x, target };
}

/** Each point's class as a row of zeros and a one; the null class's where it is dropped. */
function oneHot(
  { num_classes }: PointConfig, data: PointSet, rows: Int32Array, drop: number, at: { seed: number; step: number },
): Float32Array {
  const width = num_classes + 1;
  const out = new Float32Array(rows.length * width);
  const luck = counterUniform({ seed: at.seed, sample: at.step, draw: 1 }, new Float32Array(rows.length));
  rows.forEach((from, i) => {
    out[i * width + (luck[i] < drop ? num_classes : data.classes![from])] = 1;
  });
  return out;
}
