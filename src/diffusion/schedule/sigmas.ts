// Other ways to place noise levels between a schedule's ends: Karras, exponential, even in float32 log-SNR.
import { betaQuantile } from "./beta-quantile.ts";
import { linspace } from "./spacing.ts";

/** Where noise levels lie: as the timesteps have them (schedule), or placed anew between the same ends. */
export type SigmaPlacement = "schedule" | "karras" | "exponential" | "beta" | "lu" | "log_linear";

/** `count` noise levels from `largest` to `smallest`. */
export function placeBetween(placement: SigmaPlacement, largest: number, smallest: number, count: number): number[] {
  if (placement === "karras") return karrasSigmas(largest, smallest, count);
  if (placement === "beta") return betaSigmas(largest, smallest, count);
  return (placement === "lu" ? luSigmas : exponentialSigmas)(largest, smallest, count);
}

/** Even in sigma^(1/rho): dense near the data (Karras et al. 2022, eq. 5). From `largest` to `smallest`. */
export function karrasSigmas(largest: number, smallest: number, count: number, rho = 7): number[] {
  return linspace(0, 1, count).map(karrasBetween(largest, smallest, rho));
}

/** Karras's placement as a function of u, from `largest` at 0 to `smallest` at 1. */
export function karrasBetween(largest: number, smallest: number, rho: number): (u: number) => number {
  const [from, to] = [largest ** (1 / rho), smallest ** (1 / rho)];
  return (u) => (from + u * (to - from)) ** rho;
}

/** Even in log sigma. From `largest` to `smallest`. */
export function exponentialSigmas(largest: number, smallest: number, count: number): number[] {
  return linspace(Math.log(largest), Math.log(smallest), count).map(Math.exp);
}

/** Even in log(alpha / sigma), from the table's own float32 logarithms (Lu et al. 2022a, section 3.4). */
function luSigmas(largest: number, smallest: number, count: number): number[] {
  return linspace(Math.fround(Math.log(largest)), Math.fround(Math.log(smallest)), count).map(Math.exp);
}

/** At the quantiles of Beta(0.6, 0.6): dense near both ends (Lee et al. 2024, arXiv:2407.12173). */
function betaSigmas(largest: number, smallest: number, count: number): number[] {
  return linspace(0, 1, count).map((u) => smallest + betaQuantile(1 - u, 0.6, 0.6) * (largest - smallest));
}
