// The variance-exploding path: the data stay where they are, and noise grows by the same factor in the same time.
import { checkEnds, type NoisePath } from "./path.ts";

/**
 * alpha = 1, sigma(u) = sigmaMin (sigmaMax / sigmaMin)^u for u in (0, 1] (Song et al. 2021, eq. 30-31).
 * @param sigmaMax well above the data's own size, so that x is noise at the end.
 * @throws DriftfieldError("invalid_option") unless 0 < sigmaMin < sigmaMax.
 */
export function vePath({ sigmaMin = 0.01, sigmaMax = 50, earliest = 1e-3 } = {}): NoisePath {
  checkEnds("VE", sigmaMin, sigmaMax, 0);
  checkEnds("VE", earliest, 1, 0);
  const growth = Math.log(sigmaMax / sigmaMin);
  const sigma = (u: number) => sigmaMin * Math.exp(growth * u);
  return {
    name: "VE",
    earliest,
    latest: 1,
    level: (u) => ({ alpha: 1, sigma: sigma(u) }),
    rates: (u) => ({ alpha: 0, sigma: growth * sigma(u) }),
    timeOf: (logSnr) => (-logSnr / 2 - Math.log(sigmaMin)) / growth,
  };
}
