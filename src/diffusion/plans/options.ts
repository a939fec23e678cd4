// What a caller may say about a plan, and the rules that hold for every kind.
import { DriftfieldError, nearestNames } from "../../core/index.ts";

export type PlanOptions = {
  /** The caller's own model times, falling. */
  timesteps?: readonly number[];
  /** The caller's own noise levels, falling, as the reference takes them for this class. */
  sigmas?: readonly number[];
  /** Flow schedules with dynamic shifting: the shift's exponent, from the picture's size. */
  mu?: number;
  /** Above 0 to 1: the part of the run that is left for a picture to start from. 1 is all of it. */
  strength?: number;
  /**
   * Whether `strength` cuts the plan of all steps also where a class would place its timesteps by it (LCM, TCD): Stable
   * Diffusion's pipelines in the reference never tell their scheduler.
   */
  cuts?: boolean;
};

const known = ["timesteps", "sigmas", "mu", "strength", "cuts"] as const satisfies readonly (keyof PlanOptions)[];

/** @throws DriftfieldError("unknown_option") on a key that no plan has. */
export function checkPlanOptions(options: PlanOptions): void {
  const unknown = Object.keys(options).find((key) => !known.some((name) => name === key));
  if (unknown === undefined) return;
  throw new DriftfieldError("unknown_option", `plan has no option "${unknown}"`, {
    path: unknown,
    received: unknown,
    expected: `one of ${known.join(", ")}`,
    hint: `did you mean ${nearestNames(unknown, known)[0] ?? known[0]}?`,
  });
}

/** Which of steps, timesteps or sigmas was given. @throws DriftfieldError("invalid_option") unless exactly one. */
export function chosen(steps: number | null, options: PlanOptions): "steps" | "timesteps" | "sigmas" {
  const given = (["timesteps", "sigmas"] as const).filter((key) => options[key] !== undefined);
  if (steps === null && given.length === 1) return given[0];
  if (steps !== null && given.length === 0) return "steps";
  const names = [...(steps === null ? [] : ["numInferenceSteps"]), ...given];
  throw new DriftfieldError("invalid_option", "a plan needs one of numInferenceSteps, timesteps and sigmas", {
    path: "plan",
    received: names.length === 0 ? "none" : names.join(" and "),
    expected: "exactly one of them",
    hint: names.length === 0 ? "pass a number of steps" : "pass null as the number of steps, or leave the list out",
  });
}

/** @throws DriftfieldError("unsupported") naming an option that this kind of scheduler has no use for. */
export function refuse(options: PlanOptions, keys: readonly (keyof PlanOptions)[], className: string): void {
  for (const key of keys) {
    if (options[key] === undefined) continue;
    throw new DriftfieldError("unsupported", `${className} takes no ${key}`, {
      path: key,
      received: String(options[key]),
      expected: "nothing",
      hint: `leave ${key} out, or choose a scheduler that takes it`,
    });
  }
}
