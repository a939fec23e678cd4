// Composition: several conditions at once, each with its own weight.
import { DriftfieldError } from "../core/index.ts";
import { check, named, type Guidance } from "./guidance.ts";
import { evaluate } from "./sum.ts";

/** A condition by the name that the model answers to, and how strongly it steers. */
export type WeightedCondition = {
  name: string;
  /** 1 once, larger more; negative steers away from the condition. */
  weight: number;
};

/**
 * guided = uncond + sum_i w_i (cond_i - uncond): samples of the product of the conditions' densities (Liu et al.
 * 2022, eq. 11 for "and"; a negative weight is their "not", eq. 13). One condition is classifier-free guidance with
 * that scale. Conditions of weight 0 aren't asked for, nor is "uncond" where the weights add up to 1. @param
 * conditions at least one; the model finds their names in `want`, with "uncond". @throws
 * DriftfieldError("invalid_option") on no conditions, names given twice or "uncond", weights that aren't finite.
 */
export function composed(conditions: readonly WeightedCondition[]): Guidance {
  checkConditions(conditions);
  const used = conditions.filter(({ weight }) => weight !== 0);
  const ofNone = 1 - used.reduce((total, { weight }) => total + weight, 0);
  const names = used.map(({ name }) => name);
  const wanted = ofNone === 0 ? names : ["uncond", ...names];
  return {
    wants: () => wanted,
    combine(predictions) {
      const first = named(predictions, wanted[0]);
      const terms = used.map(({ name, weight }) => [weight, named(predictions, name).data] as const);
      if (wanted.length === 1 && terms.length === 1 && terms[0][0] === 1) return first;
      const none = ofNone === 0 ? [] : [[ofNone, named(predictions, "uncond").data] as const];
      return { data: evaluate([...none, ...terms], first.data), shape: first.shape };
    },
  };
}

function checkConditions(conditions: readonly WeightedCondition[]): void {
  const names = conditions.map(({ name }) => name);
  const twice = names.find((name, i) => name === "uncond" || names.indexOf(name) !== i);
  if (names.length === 0 || twice !== undefined) {
    throw new DriftfieldError("invalid_option", "composed guidance needs conditions of different names", {
      path: "conditions",
      received: names.length === 0 ? "none" : names.join(", "),
      expected: 'at least one name, each once, none of them "uncond"',
      hint: names.length === 0 ? 'give [{ name: "cond", weight: 4 }]' : `rename or remove "${twice}"`,
    });
  }
  conditions.forEach(({ name, weight }, i) =>
    check(Number.isFinite(weight), `conditions[${i}].weight`, weight, "a finite number", `1 follows ${name} once`),
  );
}
