// The page's own model: trained in a worker, kept in the browser, and trained again to the step that an address names.
import { untrack } from "svelte";
import { lab } from "../state/lab.svelte.ts";
import type { FromTrainer, ToTrainer } from "../worker/training-messages.ts";
import { dataset } from "./points.svelte.ts";
import { forget, trainingKey } from "./saved.ts";
import type { Source } from "./source.ts";

export const MOST_STEPS = 15_000;

/** idle: nothing trained; starting: the engine is being loaded. */
export type Status = "idle" | "starting" | "running" | "paused" | "done" | "failed";

type View = { status: Status; step: number; stepsPerSecond: number; keptStep: number; problem: string | null };

const view = $state<View>({ status: "idle", step: 0, stepsPerSecond: 0, keptStep: 0, problem: null });
let losses = $state.raw(new Float32Array(0));
let model = $state.raw<{ key: string; step: number; source: Source } | null>(null);

let worker: Worker | undefined;
/** What the worker is busy with, or was last. */
let current = "";

const key = $derived(trainingKey(dataset.points, lab.seed));

export const training = {
  get status(): Status {
    return view.status;
  },
  get step(): number {
    return view.step;
  },
  get stepsPerSecond(): number {
    return view.stepsPerSecond;
  },
  /** Kept in the browser up to here. */
  get keptStep(): number {
    return view.keptStep;
  },
  get problem(): string | null {
    return view.problem;
  },
  get losses(): Float32Array {
    return losses;
  },
  /** The page's model of the chosen data; null where none has been trained. */
  get source(): Source | null {
    return model !== null && model.key === key && lab.trained > 0 ? model.source : null;
  },
};

/** Whether the trainer is at work. */
export function isTraining(): boolean {
  return view.status === "starting" || view.status === "running";
}

function hear({ data }: MessageEvent<FromTrainer>): void {
  switch (data.type) {
    case "progress":
      view.step = data.step;
      view.stepsPerSecond = data.stepsPerSecond;
      if (data.fresh) losses = data.losses as Float32Array<ArrayBuffer>;
      else {
        const all = new Float32Array(losses.length + data.losses.length);
        all.set(losses);
        all.set(data.losses, losses.length);
        losses = all;
      }
      if (!data.fresh && view.status === "starting") view.status = "running";
      break;
    case "model": {
      const { step, config, weights } = data;
      model = { key: current, step, source: { kind: "given", key: `${current}@${step}`, config, weights } };
      if (step > lab.trained) lab.trained = step;
      break;
    }
    case "kept":
      view.keptStep = data.step;
      break;
    case "stopped":
      view.step = data.step;
      view.status = data.step >= MOST_STEPS ? "done" : data.step > 0 ? "paused" : "idle";
      if (data.step > 0) lab.trained = data.step;
      break;
    case "failed":
      view.status = "failed";
      view.problem = data.message;
      break;
  }
}

function tell(message: ToTrainer): void {
  if (!worker) {
    worker = new Worker(new URL("../worker/trainer.worker.ts", import.meta.url), { type: "module", name: "trainer" });
    worker.onmessage = hear;
    worker.onerror = (event) => {
      view.status = "failed";
      view.problem = event.message;
      worker = undefined;
    };
  }
  worker.postMessage(message);
}

/** Trains the chosen data to step `goal`, from where it is. */
export function startTraining(goal = MOST_STEPS): void {
  if (dataset.count === 0) return;
  if (key !== current) {
    losses = new Float32Array(0);
    view.step = 0;
  }
  current = key;
  view.status = "starting";
  view.problem = null;
  tell({ type: "start", key, points: dataset.points.slice(), seed: lab.seed, goal });
}

export function pauseTraining(): void {
  tell({ type: "pause" });
}

/** Back to the model that ships; what was kept is forgotten. */
export function resetTraining(): void {
  if (worker) {
    worker.terminate();
    worker = undefined;
  }
  void forget(key);
  losses = new Float32Array(0);
  model = null;
  current = "";
  Object.assign(view, { status: "idle", step: 0, stepsPerSecond: 0, keptStep: 0, problem: null });
  lab.trained = 0;
}

/**
 * Sees to it that the model which the address names is there: kept in the browser or trained again. Call once, where
 * effects may run.
 */
export function followTraining(): void {
  $effect(() => {
    const [wanted, now] = [lab.trained, key];
    untrack(() => {
      if (wanted === 0 || dataset.count === 0) return;
      const busy = view.status === "starting" || view.status === "running";
      if (now === current && (busy || model?.key === now)) return;
      startTraining(Math.max(50, Math.round(wanted / 50) * 50));
    });
  });
}
