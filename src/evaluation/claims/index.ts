// Every claim by name, and a walk through them that measures one after the other.
import { throwIfAborted } from "../../core/index.ts";
import type { Claim, Finding } from "./claim.ts";
import { chosenByName } from "../named.ts";
import { fallsToMean } from "./falls-to-mean.ts";
import { fewerSteps } from "./fewer-steps.ts";
import { guidanceSorts } from "./guidance-sorts.ts";
import { noiseNeeded } from "./noise-needed.ts";
import { reversePosterior } from "./reverse-posterior.ts";
import { sameMarginal } from "./same-marginal.ts";
import { straighter } from "./straighter.ts";
import { totalNoise } from "./total-noise.ts";
import { turning } from "./turning-level.ts";

export const claims: readonly Claim[] = [
  totalNoise,
  reversePosterior,
  sameMarginal,
  noiseNeeded,
  fallsToMean,
  turning,
  fewerSteps,
  guidanceSorts,
  straighter,
];

export type MeasuredClaim = Omit<Claim, "run"> & Finding & { readonly seconds: number };

/**
 * Measures the claims, or those named by `only`, in their own order: yields each when it is measured.
 * @throws DriftfieldError "unknown_option" for a name that no claim has, before any work; "aborted".
 */
export async function* measureClaims(
  options: { only?: readonly string[]; signal?: AbortSignal } = {},
): AsyncGenerator<MeasuredClaim, void> {
  const { only, signal } = options;
  for (const { run, ...claim } of chosenByName(claims, only, "claim")) {
    throwIfAborted(signal);
    const began = performance.now();
    const finding = await run(signal);
    yield { ...claim, ...finding, seconds: (performance.now() - began) / 1000 };
  }
}
