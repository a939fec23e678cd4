// Flow matching's path: a straight line from each data point to each point of noise.
import { flowLevel } from "../schedule/level.ts";
import { checkEnds, type NoisePath } from "./path.ts";

/**
 * alpha = 1 - u, sigma = u (Lipman et al. 2023, eq. 22 with sigma_min 0 and time counted from data to noise; its SDE:
 * Albergo et al. 2023, eq. 2.10). The SDE is singular at u = 1, the ODE is not: it may start from there.
 * @throws DriftfieldError("invalid_option") unless 0 < earliest < latest <= 1.
 */
export function flowPath({ earliest = 1e-3, latest = 0.999 } = {}): NoisePath {
  checkEnds("flow", earliest, latest, 0, 1);
  return {
    name: "flow",
    earliest,
    latest,
    level: flowLevel,
    rates: () => ({ alpha: -1, sigma: 1 }),
    timeOf: (logSnr) => 1 / (1 + Math.exp(logSnr / 2)),
  };
}
