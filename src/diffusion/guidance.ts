// Steering: how several predictions at one point become the one that the sampler follows.
import { DriftfieldError, type Tensor } from "../core/index.ts";
import { noiseRatio, type Level } from "./schedule/level.ts";
import { evaluate } from "./sum.ts";

/** What a model says at (x, t): one tensor, or named ones for guidance to combine. */
export type Prediction = Tensor | NamedPredictions;
export type NamedPredictions = { cond?: Tensor; uncond?: Tensor; [name: string]: Tensor | undefined };

/** Where in the run guidance is asked. */
export type Moment = {
  readonly level: Level;
  readonly t: number;
  readonly index: number;
  readonly total: number;
  /** What guidance kept of the evaluation before (`remember`); nothing at a run's start. */
  readonly memory?: Tensor | undefined;
};

/** A rule of guidance. Stateless: what it has to remember, the run's state keeps. */
export type Guidance = {
  /** Which predictions it needs now; the model may leave the others out. */
  wants(moment: Moment): readonly string[];
  /** The prediction to follow, out of the wanted ones. Doesn't write to them. */
  combine(predictions: NamedPredictions, moment: Moment): Tensor;
  /** What the next evaluation's moment brings as `memory`; left out by a rule that looks at one evaluation alone. */
  remember?(predictions: NamedPredictions, moment: Moment): Tensor | undefined;
};

/** No guidance: the conditioned prediction as it is. */
export const unguided: Guidance = {
  wants: () => ["cond"],
  combine: (predictions) => named(predictions, "cond"),
};

export type ClassifierFreeOptions = {
  /** 1 is off, larger follows the condition more; 0 is unconditioned. */
  scale: number;
  /** 0 to 1: how much of the conditioned prediction's spread is restored (Lin et al. 2023, section 3.4). */
  rescale?: number;
  /** Guide only where low < sigma / alpha <= high (Kynkaanniemi et al. 2024, eq. 6). */
  interval?: readonly [low: number, high: number];
  /** Guide only in this part of the run: 0 is its start, 1 its end (the reference's `start` and `stop`). */
  window?: readonly [start: number, stop: number];
};

/**
 * Classifier-free guidance: guided = uncond + scale (cond - uncond) (Ho & Salimans 2022, eq. 6 with scale = 1 + w).
 * A negative prompt is whatever condition the caller puts in `uncond`'s place. Asks for "cond" alone where it is off.
 * @throws DriftfieldError("invalid_option") on numbers out of range.
 */
export function classifierFree(options: ClassifierFreeOptions): Guidance {
  const { scale, rescale = 0 } = options;
  const active = activity(options);
  return {
    wants: (moment) => (active(moment) ? ["uncond", "cond"] : ["cond"]),
    combine(predictions, moment) {
      const cond = named(predictions, "cond");
      if (!active(moment)) return cond;
      const uncond = named(predictions, "uncond");
      const data = evaluate(
        [
          [1 - scale, uncond.data],
          [scale, cond.data],
        ],
        cond.data,
      );
      const guided = { data, shape: cond.shape };
      if (rescale > 0) restoreSpread(guided, cond, rescale);
      return guided;
    },
  };
}

/**
 * When guidance with these options is on: its scale isn't 1 and the moment lies in its interval and window.
 * @throws DriftfieldError("invalid_option") on numbers out of range.
 */
export function activity({ scale, rescale = 0, interval, window }: ClassifierFreeOptions): (now: Moment) => boolean {
  check(Number.isFinite(scale), "guidanceScale", scale, "a finite number", "1 is off; 3 to 8 are usual");
  check(rescale >= 0 && rescale <= 1, "guidanceRescale", rescale, "a number from 0 to 1", "0 is off");
  if (interval) {
    check(interval[0] < interval[1], "interval", `[${interval}]`, "[low, high] with low < high", "swap the two ends");
  }
  if (window) {
    const [start, stop] = window;
    const inOrder = start >= 0 && start <= stop && stop <= 1;
    check(inOrder, "window", `[${window}]`, "0 <= start <= stop <= 1", "[0, 1] is the whole run");
  }
  return ({ level, index, total }) => {
    const ratio = noiseRatio(level);
    if (interval && !(ratio > interval[0] && ratio <= interval[1])) return false;
    if (window && !(index >= Math.floor(window[0] * total) && index < Math.floor(window[1] * total))) return false;
    return scale !== 1;
  };
}

/** Scales each sample of `guided` toward the standard deviation of `cond`, in place. */
export function restoreSpread(guided: Tensor, cond: Tensor, rescale: number): void {
  const batch = cond.shape[0] ?? 1;
  const size = cond.data.length / batch;
  for (let b = 0; b < batch; b++) {
    const from = b * size;
    const wanted = deviation(cond.data, from, size);
    const found = deviation(guided.data, from, size);
    if (found === 0) continue;
    const factor = rescale * (wanted / found) + 1 - rescale;
    for (let i = from; i < from + size; i++) guided.data[i] *= factor;
  }
}

function deviation(data: Float32Array, from: number, size: number): number {
  let mean = 0;
  for (let i = from; i < from + size; i++) mean += data[i] / size;
  let squares = 0;
  for (let i = from; i < from + size; i++) squares += (data[i] - mean) ** 2;
  return Math.sqrt(squares / size);
}

/** One of the model's predictions by name. @throws DriftfieldError("invalid_option") when the model left it out. */
export function named(predictions: NamedPredictions, name: string): Tensor {
  const tensor = predictions[name];
  if (tensor !== undefined) return tensor;
  throw new DriftfieldError("invalid_option", `the model gave no "${name}" prediction, which guidance asked for`, {
    path: "model",
    received: Object.keys(predictions).join(", "),
    expected: name,
    hint: "return every prediction named in `want`",
  });
}

/** @throws DriftfieldError("invalid_option") that names the option unless `holds`. */
export function check(holds: boolean, path: string, received: unknown, expected: string, hint: string): void {
  if (!holds)
    throw new DriftfieldError("invalid_option", `${path} can't be ${received}`, { path, received, expected, hint });
}
