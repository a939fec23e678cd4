// Forward processes in continuous time: what the reverse SDE and the probability-flow ODE are solved along.
import { DriftfieldError } from "../../core/index.ts";
import type { Level } from "../schedule/level.ts";

/**
 * x = alpha(u) x0 + sigma(u) noise, smooth in u. Time u rises from `earliest`, next to the data, to `latest`, where x
 * is noise: a normal distribution with deviation sigma(latest).
 */
export type NoisePath = {
  readonly name: string;
  readonly earliest: number;
  readonly latest: number;
  level(u: number): Level;
  /** d alpha / du and d sigma / du. */
  rates(u: number): Level;
  /** The time at which log(alpha^2 / sigma^2) is `logSnr`: the inverse of `logSnrAt`. */
  timeOf(logSnr: number): number;
};

/** log(alpha^2 / sigma^2) at time u. */
export function logSnrAt(path: NoisePath, u: number): number {
  const { alpha, sigma } = path.level(u);
  return 2 * (Math.log(alpha) - Math.log(sigma));
}

/**
 * g^2 du: the variance that the forward SDE dx = f x du + g dw adds in a unit of time, with f = alpha' / alpha. It is
 * sigma^2 times the rate at which the log-SNR falls (Kingma et al. 2021, eq. 4 with its appendix).
 */
export function diffusionSquared(path: NoisePath, u: number): number {
  const { alpha, sigma } = path.level(u);
  const rates = path.rates(u);
  return 2 * sigma * (rates.sigma - (rates.alpha / alpha) * sigma);
}

/**
 * The probability-flow velocity dx/du = alpha' D + sigma' (x - alpha D) / sigma as weights of x and of the denoised D:
 * Song et al. 2021 (score SDE), eq. 13, written so that it holds at alpha = 0 too.
 */
export function flowWeights(path: NoisePath, u: number): { ofX: number; ofDenoised: number } {
  const { alpha, sigma } = path.level(u);
  const rates = path.rates(u);
  return { ofX: rates.sigma / sigma, ofDenoised: rates.alpha - (alpha * rates.sigma) / sigma };
}

/** `steps` + 1 times from `from` to `to`, even in log-SNR: every step then takes the same share of noise away. */
export function evenTimes(path: NoisePath, steps: number, from = path.latest, to = path.earliest): number[] {
  const [a, b] = [logSnrAt(path, from), logSnrAt(path, to)];
  return Array.from({ length: steps + 1 }, (_, i) => {
    if (i === 0 || i === steps) return i === 0 ? from : to;
    return path.timeOf(a + ((b - a) * i) / steps);
  });
}

/** @throws DriftfieldError("invalid_option") unless both are times of the path, and differ. */
export function checkTimes(path: NoisePath, from: number, to: number): void {
  for (const [name, u] of Object.entries({ from, to })) {
    // A flow's pure noise lies beyond `latest`, where the ODE may start and the SDE may not.
    if (Number.isFinite(u) && path.level(u).sigma > 0 && path.level(u).alpha >= 0) continue;
    throw wrongTime(path, name, u, `a time with some noise, usually from ${path.earliest} to ${path.latest}`);
  }
  if (from === to) throw wrongTime(path, "to", to, `another time than from (${from})`);
}

function wrongTime(path: NoisePath, option: string, u: number, expected: string): DriftfieldError {
  return new DriftfieldError("invalid_option", `${option} can't be ${u} on the ${path.name} path`, {
    path: option,
    received: u,
    expected,
    hint: `leave it out: samples go from ${path.latest} to ${path.earliest}`,
  });
}

/** Checks the two ends of a path's own range. @throws DriftfieldError("invalid_option") unless low < high. */
export function checkEnds(path: string, low: number, high: number, least: number, most = Infinity): void {
  if (low > least && low < high && high <= most) return;
  throw new DriftfieldError("invalid_option", `a ${path} path can't run from ${low} to ${high}`, {
    path: "earliest",
    received: `${low} to ${high}`,
    expected: `${least} < first < last${most === Infinity ? "" : ` <= ${most}`}`,
    hint: "leave both out for the usual ones",
  });
}
