// A point model's config.json: what its network is made of, what its output means, and its noise levels.
import { DriftfieldError, nearestNames } from "../../core/index.ts";

/**
 * What the network's output F means, at x = x0 + sigma noise (x = (1 - t) x0 + t noise for flow_prediction):
 * - epsilon: the noise (smalldiffusion's own);
 * - sample: the clean point x0 (smalldiffusion, PredX0);
 * - v_prediction: (noise - sigma x0) / sqrt(1 + sigma^2) (smalldiffusion, PredV);
 * - edm: x0 = c_skip x + c_out F, x seen as c_in x (Karras et al. 2022, table 1), with the data's deviation sigma_data;
 * - last_step: the noise of the last of the schedule's steps alone, the naive target: noise sqrt(1 - r^2) on average,
 *   r the ratio of neighbouring levels;
 * - flow_prediction: noise - x0 (smalldiffusion, PredFlow; Lipman et al. 2023).
 */
export const pointPredictions = ["epsilon", "sample", "v_prediction", "edm", "last_step", "flow_prediction"] as const;
export type PointPrediction = (typeof pointPredictions)[number];

/** Noise levels: sigma even in its logarithm (smalldiffusion's class), or the times of flow matching, 0 to 1. */
export type PointSchedule =
  | { readonly _class_name: "ScheduleLogLinear"; N: number; sigma_min: number; sigma_max: number }
  | { readonly _class_name: "ScheduleFlow"; N: number };

export type PointConfig = {
  readonly _class_name: "TimeInputMLP" | "ConditionalMLP";
  /** Coordinates of a point. */
  readonly dim: number;
  readonly hidden_dims: readonly number[];
  readonly prediction: PointPrediction;
  readonly schedule: PointSchedule;
  /** False: the network isn't told the noise level (an ablation). */
  readonly time_input: boolean;
  /** prediction "edm": the data's standard deviation. */
  readonly sigma_data: number;
  /** ConditionalMLP: classes without the null class, and the size of their vectors. */
  readonly num_classes: number;
  readonly cond_dim: number;
  readonly class_names: readonly string[];
};

const keys = [
  "_class_name", "dim", "hidden_dims", "prediction", "schedule", "time_input", "sigma_data", "num_classes", "cond_dim",
  "class_names",
];

/**
 * Reads a config.json, with smalldiffusion's defaults for what is absent. Keys that begin with _ are notes.
 * @param file its name in errors
 * @throws DriftfieldError "invalid_file" naming the key, what it holds and the rule
 */
export function pointConfig(json: unknown, file = "config.json"): PointConfig {
  const given = object(json, file, "the config");
  for (const key of Object.keys(given)) {
    if (keys.includes(key) || key.startsWith("_")) continue;
    const [nearest] = nearestNames(key, keys);
    throw wrong(file, key, given[key], `one of ${keys.join(", ")}`, nearest && `did you mean ${nearest}?`);
  }
  const field = <T>(key: string, fallback: T | undefined, rule: string, fits: (value: unknown) => boolean): T => {
    const value = given[key] ?? fallback;
    if (value === undefined || !fits(value)) throw wrong(file, key, given[key], rule);
    return value as T;
  };
  const whole = (most: number) => (value: unknown) =>
    Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most;
  const kind = field<PointConfig["_class_name"]>("_class_name", undefined, "TimeInputMLP or ConditionalMLP", (value) =>
    ["TimeInputMLP", "ConditionalMLP"].includes(value as string),
  );
  const layers = (value: unknown): boolean =>
    Array.isArray(value) && value.length >= 1 && value.length <= 64 && value.every(whole(4096));
  const config: PointConfig = {
    _class_name: kind,
    dim: field("dim", 2, "2 (points of the plane)", (value) => value === 2),
    hidden_dims: field("hidden_dims", [16, 128, 256, 128, 16], "1 to 64 whole numbers from 1 to 4096", layers),
    prediction: field("prediction", "epsilon", `one of ${pointPredictions.join(", ")}`, (value) =>
      pointPredictions.includes(value as PointPrediction),
    ),
    schedule: readSchedule(given["schedule"], file),
    time_input: field("time_input", true, "true or false", (value) => typeof value === "boolean"),
    sigma_data: field("sigma_data", 0.5, "a number above 0", (value) => Number(value) > 0 && Number(value) < Infinity),
    num_classes: kind === "ConditionalMLP" ? field("num_classes", 10, "a whole number from 1 to 1000", whole(1000)) : 0,
    cond_dim: kind === "ConditionalMLP" ? field("cond_dim", 4, "a whole number from 1 to 1000", whole(1000)) : 0,
    class_names: field("class_names", [], "a list of names", (value) => Array.isArray(value)),
  };
  const flow = config.schedule._class_name === "ScheduleFlow";
  if (flow !== (config.prediction === "flow_prediction")) {
    const rule = flow ? "flow_prediction, with ScheduleFlow" : "ScheduleFlow as its schedule";
    throw wrong(file, "prediction", config.prediction, rule);
  }
  return config;
}

function readSchedule(value: unknown, file: string): PointSchedule {
  const { _class_name: kind, N = kind === "ScheduleFlow" ? 1000 : 200, ...rest } = object(value, file, "schedule");
  if (!Number.isInteger(N) || Number(N) < 2 || Number(N) > 1e6) {
    throw wrong(file, "schedule.N", N, "a whole number from 2 to 1000000");
  }
  if (kind === "ScheduleFlow") return { _class_name: kind, N: Number(N) };
  if (kind !== "ScheduleLogLinear") {
    throw wrong(file, "schedule._class_name", kind, "ScheduleLogLinear or ScheduleFlow");
  }
  const { sigma_min: low = 0.02, sigma_max: high = 10 } = rest;
  const sound = typeof low === "number" && typeof high === "number" && low > 0 && low < high && high < Infinity;
  if (!sound) throw wrong(file, "schedule.sigma_min", low, `a number above 0 and below sigma_max (${String(high)})`);
  return { _class_name: kind, N: Number(N), sigma_min: low, sigma_max: high };
}

function object(value: unknown, file: string, what: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw wrong(file, what, value, "an object");
}

function wrong(file: string, path: string, received: unknown, expected: string, hint?: string): DriftfieldError {
  const shown = received === undefined ? "nothing" : JSON.stringify(received);
  return new DriftfieldError("invalid_file", `${file}: ${path} must be ${expected}, got ${shown}`, {
    path,
    received,
    expected,
    hint: hint ?? "Mend the config.json; it must be the one that belongs to these weights.",
  });
}

/** One number a layer: of inputs, of each hidden layer, of outputs. */
export function layerSizes({ dim, hidden_dims, time_input, cond_dim }: PointConfig): readonly number[] {
  return [dim + (time_input ? 2 : 0) + cond_dim, ...hidden_dims, dim];
}

/** The weights' names and shapes, as smalldiffusion has them: `net.0.weight`, `net.0.bias`, `net.2.weight` ... */
export function pointWeightShapes(config: PointConfig): Map<string, readonly number[]> {
  const sizes = layerSizes(config);
  const shapes = new Map<string, readonly number[]>();
  if (config._class_name === "ConditionalMLP") {
    shapes.set("cond_embed.embeddings.weight", [config.num_classes + 1, config.cond_dim]);
    shapes.set("cond_embed.mlp.1.weight", [config.cond_dim, config.cond_dim]);
    shapes.set("cond_embed.mlp.1.bias", [config.cond_dim]);
  }
  for (let i = 0; i + 1 < sizes.length; i++) {
    shapes.set(`net.${2 * i}.weight`, [sizes[i + 1], sizes[i]]);
    shapes.set(`net.${2 * i}.bias`, [sizes[i + 1]]);
  }
  return shapes;
}
