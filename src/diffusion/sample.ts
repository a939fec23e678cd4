// The core loop: every consumer (command line, server, studio, tests) iterates this one generator.
import { breathe, DriftfieldError, throwIfAborted, type Tensor } from "../core/index.ts";
import type { Generator } from "../random/index.ts";
import { unguided, type Guidance, type Prediction } from "./guidance.ts";
import type { Plan } from "./plan.ts";
import { Recorded, type StepRecord } from "./record.ts";
import type { StepOptions } from "./samplers/sampler.ts";
import type { Scheduler } from "./scheduler.ts";
import type { SamplerState } from "./stepper.ts";
import { allFinite } from "./sum.ts";

/**
 * A network to follow. `x` is as the checkpoint expects it (already scaled for its noise level), `t` is the model time
 * it was trained with, `want` names the predictions that guidance needs now. It returns new tensors, of x's shape.
 */
export type Model = (x: Tensor, t: number, want: readonly string[]) => Prediction | Promise<Prediction>;

export type SampleOptions = StepOptions & {
  scheduler: Scheduler;
  plan: Plan;
  /** Where to start, in the sampler's own space: unit noise times plan.initNoiseSigma. Not written to. */
  x?: Tensor;
  /** Instead of x: a record's state to go on from (with the generator put to state.generator). */
  state?: SamplerState;
  model: Model;
  guidance?: Guidance;
  generator?: Generator;
  signal?: AbortSignal;
  /** Put into every record, for pipelines with several loops. */
  stage?: string;
  /** What becomes of a step's result before the next one, of x's shape: in-painting holds x to a picture. */
  hold?: (next: Tensor, index: number) => Tensor;
};

/** Milliseconds after which a run of a model that never waits lets others have the thread: a signal is heard then. */
const patience = 50;

/**
 * Walks from noise to data: yields one record an evaluation, returns the last `next`. Breaking out stops it.
 * Nothing in the scheduler, plan or inputs changes, so runs may be interleaved. Records are to be read, not written to:
 * a run goes on from what it computed (`hold` is the way to change x on the way).
 * @throws DriftfieldError: "aborted" before the evaluation that follows the signal; "not_finite" naming step and t when
 *   the model says NaN or infinity; "shape_mismatch"; "invalid_option" when noise is needed and there's no generator.
 */
export async function* sample(options: SampleOptions): AsyncGenerator<StepRecord, Tensor> {
  const { scheduler, plan, model, guidance = unguided, generator, signal, stage, hold } = options;
  const stepper = scheduler.stepper(plan, options);
  const total = plan.timesteps.length;
  let state = options.state ?? stepper.begin(needStart(options.x));
  let turned = performance.now();
  while (state.index < total) {
    if (performance.now() - turned > patience) {
      await breathe();
      turned = performance.now();
    }
    throwIfAborted(signal);
    const { index, x } = state;
    const [t, level] = [plan.timesteps[index], plan.levels[index]];
    const moment = { level, t, index, total, memory: state.guidance };
    const answer = model(stepper.scaleModelInput(x, index), t, guidance.wants(moment));
    const said = isPromise(answer) ? await answer : answer;
    const predictions = isTensor(said) ? { cond: said } : said;
    const guided = guidance.combine(predictions, moment);
    const free = stepper.step(state, guided, generator, hold === undefined && guided.data !== x.data);
    if (!free.finite && !allFinite(guided.data)) throw notFinite(index, total, t);
    const kept = guidance.remember && { guidance: guidance.remember(predictions, moment) };
    const held = hold && { x: hold(free.state.x, index) };
    const outcome = held || kept ? { ...free, state: { ...free.state, ...held, ...kept } } : free;
    yield new Recorded(stage, moment, x, { ...predictions, guided }, outcome);
    state = outcome.state;
  }
  return state.x;
}

/** Waiting for an answer that is there already takes as long as the rest of the loop. */
function isPromise(answer: ReturnType<Model>): answer is Promise<Prediction> {
  return typeof (answer as Promise<Prediction>).then === "function";
}

function isTensor(said: Prediction): said is Tensor {
  return ArrayBuffer.isView((said as Tensor).data);
}

function needStart(x: Tensor | undefined): Tensor {
  if (x !== undefined) return x;
  throw new DriftfieldError("invalid_option", "sampling needs a point to start from", {
    path: "x",
    expected: "a tensor, or a state to go on from",
    hint: "pass unit noise times plan.initNoiseSigma as `x`",
  });
}

function notFinite(index: number, total: number, t: number): DriftfieldError {
  return new DriftfieldError(
    "not_finite",
    `the model said NaN or infinity at step ${index + 1} of ${total} (t = ${t})`,
    {
      path: "model",
      received: "NaN or infinity",
      expected: "finite numbers",
      hint: "check the weights and their precision (float16 overflows), or lower the guidance scale",
    },
  );
}
