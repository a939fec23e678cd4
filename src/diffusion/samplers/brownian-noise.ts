// Unit noise of a step as the increment of one Brownian path over noise levels, so that looks within a step agree.
import { DriftfieldError } from "../../core/index.ts";
import { incrementOf } from "../../random/index.ts";
import type { Floats } from "../sum.ts";
import type { Step } from "./sampler.ts";

/** The levels that a path spans, and the seed that it has of its own (else it is told by the run's generator). */
export type NoisePath = { smallest: number; largest: number; seed?: number };

/**
 * (W(to) - W(from)) / sqrt(|to - from|), with sigma for the path's time, as k-diffusion's BrownianTreeNoiseSampler
 * has it; 0 where the step leads nowhere.
 * @throws DriftfieldError("invalid_option") where there's neither a seed nor a generator.
 */
export function brownianNoise(
  { shape, generator }: Pick<Step, "shape" | "generator">,
  { smallest, largest, seed }: NoisePath,
  from: number,
  to: number,
): Floats {
  const source = seed === undefined ? (generator ?? {}) : { entropy: [seed] };
  const path = { start: smallest, end: largest, shape };
  const increment = incrementOf(source, path, Math.min(from, to), Math.max(from, to));
  if (increment === undefined) throw nothingToDrawFrom();
  const scale = from === to ? 0 : Math.sign(to - from) / Math.sqrt(Math.abs(to - from));
  return increment.map((value) => value * scale);
}

function nothingToDrawFrom(): DriftfieldError {
  return new DriftfieldError("invalid_option", "a Brownian path needs a seed", {
    path: "noise_sampler_seed",
    expected: "a whole number, or a generator that has a seed",
    hint: "set noise_sampler_seed, pass torchGenerator(seed) as `generator`, or set noiseScale to 0",
  });
}
