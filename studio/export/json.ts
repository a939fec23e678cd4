// A run as JSON: what it was made of, every place on the way, and its last points; names as on the command line's wire.
import type { RunOutput } from "../lab/run.ts";
import type { RunSpec } from "./run-spec.ts";

const round = (value: number): number => Math.fround(value);

/** `points` are the last ones, `path[k]` those after k steps, in the sampler's space; `sigmas`: noise over signal. */
export function jsonOf({ title, model, request }: RunSpec, run: RunOutput) {
  const { steps, sampler, eta, noiseScale, classes, negativeClasses, guidanceScale, seed, count, turns = [] } = request;
  const at = (step: number) =>
    Array.from({ length: run.count }, (_, k) => {
      const i = 2 * (step * run.count + k);
      return [round(run.path[i]), round(run.path[i + 1])];
    });
  return {
    title,
    model,
    sampler,
    num_inference_steps: steps,
    eta,
    noise_scale: noiseScale,
    guidance_scale: guidanceScale,
    class: classes,
    negative_class: negativeClasses,
    seed,
    n: count,
    ...(turns.length > 0 && {
      turns: turns.map((turn) => ({
        step: turn.step, sampler: turn.sampler, eta: turn.eta, noise_scale: turn.noiseScale, seed: turn.seed,
        guidance_scale: turn.guidanceScale, class: turn.classes,
        ...("negativeClasses" in turn && { negative_class: turn.negativeClasses ?? null }),
      })),
    }),
    evaluations: run.evaluations,
    sigmas: Array.from(run.ratios, (value) => (Number.isFinite(value) ? value : null)),
    path: Array.from({ length: run.steps + 1 }, (_, step) => at(step)),
    points: at(run.steps),
  };
}
