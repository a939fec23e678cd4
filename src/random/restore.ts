// From a stored state back to a generator that goes on from there: what resumes a training or branches a run.
import { DriftfieldError } from "../core/index.ts";
import { counterGenerator } from "./counter-generator.ts";
import type { Generator, GeneratorState } from "./generator.ts";
import { restoreTorchGenerator } from "./torch-generator.ts";

/**
 * The generator whose `state()` gave `state` (as it was, or through JSON), at that point.
 * @throws DriftfieldError "invalid_option" for anything else
 */
export function generatorFromState(state: GeneratorState): Generator {
  if (state.kind === "torch") return restoreTorchGenerator(state);
  const { kind, seed, sample, draw } = state;
  const isKey = typeof seed === "number" && typeof sample === "number" && typeof draw === "number";
  if (kind === "counter" && isKey) return counterGenerator({ seed, sample, draw });
  throw new DriftfieldError("invalid_option", `this isn't the state of a generator (kind ${JSON.stringify(kind)})`, {
    path: "state",
    received: state,
    expected: 'an object of kind "counter" or "torch"',
    hint: "Pass what a generator's state() returned.",
  });
}
