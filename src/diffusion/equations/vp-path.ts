// The variance-preserving path: DDPM's forward process with its steps made infinitely small.
import { checkEnds, type NoisePath } from "./path.ts";

/**
 * dx = -1/2 beta(u) x du + sqrt(beta(u)) dw with beta(u) = betaMin + u (betaMax - betaMin) and u in (0, 1], so that
 * alpha(u) = exp(-u^2 (betaMax - betaMin) / 4 - u betaMin / 2) and alpha^2 + sigma^2 = 1 (Song et al. 2021, eq. 32-33).
 * @throws DriftfieldError("invalid_option") on betas that don't rise or an `earliest` outside of (0, 1).
 */
export function vpPath({ betaMin = 0.1, betaMax = 20, earliest = 1e-3 } = {}): NoisePath {
  checkEnds("VP", betaMin, betaMax, 0);
  checkEnds("VP", earliest, 1, 0);
  const slope = betaMax - betaMin;
  const level = (u: number) => {
    const logAlphaSquared = -(u * u * slope) / 2 - u * betaMin;
    return { alpha: Math.exp(logAlphaSquared / 2), sigma: Math.sqrt(-Math.expm1(logAlphaSquared)) };
  };
  return {
    name: "VP",
    earliest,
    latest: 1,
    level,
    rates(u) {
      const { alpha, sigma } = level(u);
      const beta = betaMin + u * slope;
      return { alpha: (-beta * alpha) / 2, sigma: (beta * alpha * alpha) / (2 * sigma) };
    },
    timeOf(logSnr) {
      const logAlphaSquared = -Math.log1p(Math.exp(-logSnr));
      return (-2 * logAlphaSquared) / (betaMin + Math.sqrt(betaMin * betaMin - 2 * slope * logAlphaSquared));
    },
  };
}
