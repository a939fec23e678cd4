// The variance tables that published DDPM-family models were trained with, rounded to float32 where PyTorch rounds.
import { DriftfieldError, nearestNames } from "../../core/index.ts";

const { fround } = Math;

/** The names that `betas` knows, as `scheduler_config.json` spells them. */
export const betaSchedules = ["linear", "scaled_linear", "squaredcos_cap_v2", "sigmoid", "laplace"] as const;

export type BetaOptions = {
  schedule?: string;
  start?: number;
  end?: number;
  count?: number;
  /** Explicit betas: they win over everything else. */
  trained?: readonly number[];
  /** Shift the table so that the last level is pure noise (Lin et al. 2023, algorithm 1). */
  zeroTerminalSnr?: boolean;
};

/**
 * Forward-process variances beta_0 ... beta_(count-1) of a discrete schedule.
 * @throws DriftfieldError("invalid_option") on an unknown name.
 */
export function betas(options: BetaOptions = {}): Float32Array {
  const { schedule = "linear", start = 0.0001, end = 0.02, count = 1000, trained, zeroTerminalSnr = false } = options;
  if (trained && trained.length !== count) throw wrongCount(trained.length, count);
  const table = trained ? Float32Array.from(trained) : namedBetas(schedule, start, end, count);
  return zeroTerminalSnr ? withZeroTerminalSnr(table) : table;
}

/** Product of (1 - beta) up to each timestep: alpha^2 of the schedule. Accumulated in float64, rounded to float32. */
export function cumulativeAlphas(table: Float32Array): Float32Array {
  let product = 1;
  return table.map((beta) => (product *= fround(1 - beta)));
}

function namedBetas(schedule: string, start: number, end: number, count: number): Float32Array {
  switch (schedule) {
    case "linear": // Ho et al. 2020, section 4
      return singleLinspace(start, end, count);
    case "scaled_linear": // latent diffusion: linear in the square root
      return singleLinspace(Math.sqrt(start), Math.sqrt(end), count).map((root) => root * root);
    case "squaredcos_cap_v2": // Nichol & Dhariwal 2021, eq. 17
      return fromCumulative((t) => Math.cos((((t + 0.008) / 1.008) * Math.PI) / 2) ** 2, count);
    case "sigmoid": // GeoDiff (Xu et al. 2022)
      return singleLinspace(-6, 6, count).map((u) => fround(1 / (1 + Math.exp(-u))) * fround(end - start) + start);
    case "laplace": // Hang et al. 2024, as diffusers draws it
      return fromCumulative(laplace, count);
    default:
      throw new DriftfieldError("invalid_option", `unknown noise schedule "${schedule}"`, {
        path: "beta_schedule",
        received: schedule,
        expected: `one of ${betaSchedules.join(", ")}`,
        hint: `did you mean ${nearestNames(schedule, betaSchedules)[0] ?? betaSchedules[0]}?`,
      });
  }
}

function fromCumulative(alphaBar: (t: number) => number, count: number): Float32Array {
  const beta = (_: unknown, i: number) => Math.min(1 - alphaBar((i + 1) / count) / alphaBar(i / count), 0.999);
  return Float32Array.from({ length: count }, beta);
}

function laplace(t: number): number {
  const logSnr = (t <= 0.5 ? -0.5 : 0.5) * Math.log(1 - 2 * Math.abs(0.5 - t) + 1e-6);
  const snr = Math.exp(logSnr);
  return Math.sqrt(snr / (1 + snr));
}

/** PyTorch's float32 linspace: counted up from the start in the first half, down from the end in the second. */
export function singleLinspace(start: number, end: number, count: number): Float32Array {
  if (count === 1) return Float32Array.of(start);
  const [from, to] = [fround(start), fround(end)];
  const step = fround(fround(to - from) / (count - 1));
  const value = (_: unknown, i: number) => (i < count >> 1 ? from + step * i : to - step * (count - 1 - i));
  return Float32Array.from({ length: count }, value);
}

function withZeroTerminalSnr(table: Float32Array): Float32Array {
  const roots = cumulativeAlphas(table).map(Math.sqrt);
  const last = roots[roots.length - 1];
  const stretch = fround(roots[0] / fround(roots[0] - last));
  const alphaBar = roots.map((root) => fround(fround(root - last) * stretch) ** 2);
  return alphaBar.map((value, i) => 1 - fround(i === 0 ? value : value / alphaBar[i - 1]));
}

function wrongCount(found: number, count: number): DriftfieldError {
  return new DriftfieldError("invalid_option", `${found} trained betas don't fit ${count} training timesteps`, {
    path: "trained_betas",
    received: `${found} numbers`,
    expected: `${count} numbers`,
    hint: `set num_train_timesteps to ${found}`,
  });
}
