// EDM's path: time is the noise level itself, which makes the ODE's solutions nearly straight far from the data.
import { checkEnds, type NoisePath } from "./path.ts";

/**
 * alpha = 1, sigma(u) = u: dx/du = (x - D) / u (Karras et al. 2022, eq. 1 with sigma(t) = t, s(t) = 1).
 * @throws DriftfieldError("invalid_option") unless 0 < sigmaMin < sigmaMax.
 */
export function edmPath({ sigmaMin = 0.002, sigmaMax = 80 } = {}): NoisePath {
  checkEnds("EDM", sigmaMin, sigmaMax, 0);
  return {
    name: "EDM",
    earliest: sigmaMin,
    latest: sigmaMax,
    level: (u) => ({ alpha: 1, sigma: u }),
    rates: () => ({ alpha: 0, sigma: 1 }),
    timeOf: (logSnr) => Math.exp(-logSnr / 2),
  };
}
