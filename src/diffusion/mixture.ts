// A mixture of Gaussians under noise: denoiser, score, density and samples in closed form, as truths to measure by.
import { DriftfieldError, type Tensor } from "../core/index.ts";
import type { Generator } from "../random/index.ts";
import type { Denoiser } from "./exact.ts";
import type { Level } from "./schedule/level.ts";

/** One Gaussian with a diagonal covariance. */
export type MixtureComponent = {
  /** Its share, relative to the others'. */
  readonly weight?: number;
  readonly mean: readonly number[];
  /** Standard deviation: of every coordinate, or of each. */
  readonly deviation: number | readonly number[];
};

export type GaussianMixture = {
  readonly dimensions: number;
  /** E[x0 | x]: of x (B, D). */
  readonly denoiser: Denoiser;
  /** grad log p(x) at the level, where x = alpha x0 + sigma noise. */
  score(x: Tensor, level: Level): Tensor;
  /** log p(x) of each row at the level (sigma 0 and alpha 1: of the data): (B). */
  logDensity(x: Tensor, level: Level): Float64Array;
  /** Draws `count` samples of the data: (count, D). */
  sample(count: number, generator: Generator): Tensor;
};

/**
 * The mixture of `components`. At a level, component k is Gaussian around alpha m_k with variance
 * alpha^2 s_k^2 + sigma^2, and x0 given x and k is Gaussian too: both expectations follow from Bayes' rule.
 * @throws DriftfieldError("invalid_option") on no component, unequal lengths, or numbers out of range.
 */
export function gaussianMixture(components: readonly MixtureComponent[]): GaussianMixture {
  const parts = components.map(readComponent);
  const size = parts[0]?.mean.length ?? 0;
  const whole = parts.reduce((total, { weight }) => total + weight, 0);
  const fits = parts.every(({ mean, deviation }) => mean.length === size && deviation.length === size);
  if (size === 0 || !(whole > 0) || !fits)
    throw wrong("components", `${components.length}`, "one or more, with means and deviations of one length");

  /** Shares of the components given each row of x, and the log of the row's density. */
  const explain = (row: Float64Array, { alpha, sigma }: Level) => {
    const logs = parts.map(({ weight, mean, deviation }) => {
      let log = Math.log(weight / whole);
      for (let i = 0; i < size; i++) {
        const variance = alpha ** 2 * deviation[i] ** 2 + sigma ** 2;
        log -= ((row[i] - alpha * mean[i]) ** 2 / variance + Math.log(2 * Math.PI * variance)) / 2;
      }
      return log;
    });
    const most = Math.max(...logs);
    const total = logs.reduce((sum, log) => sum + Math.exp(log - most), 0);
    return { shares: logs.map((log) => Math.exp(log - most) / total), logDensity: most + Math.log(total) };
  };
  /** A vector field: each component's own value at x, averaged with the components' shares. */
  const averaged = (x: Tensor, level: Level, value: (x: number, mean: number, variance: number) => number): Tensor => {
    const data = x.data.slice().fill(0);
    eachRow(x, size, (row, start) => {
      explain(row, level).shares.forEach((share, k) => {
        const { mean, deviation } = parts[k];
        for (let i = 0; i < size; i++) data[start + i] += share * value(row[i], mean[i], deviation[i] ** 2);
      });
    });
    return { data, shape: x.shape };
  };
  return {
    dimensions: size,
    denoiser: (x, level) => {
      const { alpha, sigma } = level;
      return averaged(x, level, (value, mean, variance) => {
        const gain = variance === 0 ? 0 : (alpha * variance) / (alpha ** 2 * variance + sigma ** 2);
        return mean + gain * (value - alpha * mean);
      });
    },
    score: (x, level) => {
      const { alpha, sigma } = level;
      return averaged(x, level, (at, mean, variance) => (alpha * mean - at) / (alpha ** 2 * variance + sigma ** 2));
    },
    logDensity(x, level) {
      const out = new Float64Array(x.data.length / size);
      eachRow(x, size, (row, start) => (out[start / size] = explain(row, level).logDensity));
      return out;
    },
    sample(count, generator) {
      const [which, noise] = [generator.rand([count]).data, generator.randn([count, size])];
      const ends = parts.map((_, k) => parts.slice(0, k + 1).reduce((sum, { weight }) => sum + weight, 0) / whole);
      noise.data.forEach((z, i) => {
        const found = ends.findIndex((end) => which[Math.floor(i / size)] < end);
        const { mean, deviation } = parts[found < 0 ? parts.length - 1 : found];
        noise.data[i] = mean[i % size] + deviation[i % size] * z;
      });
      return noise;
    },
  };
}

function eachRow(x: Tensor, size: number, use: (row: Float64Array, start: number) => void): void {
  if (x.data.length % size !== 0) {
    throw new DriftfieldError("shape_mismatch", "x doesn't hold points of the mixture's size", {
      path: "x",
      received: `[${x.shape}]`,
      expected: `[B, ${size}]`,
      hint: "give x one row for each sample",
    });
  }
  for (let start = 0; start < x.data.length; start += size) {
    use(Float64Array.from(x.data.subarray(start, start + size)), start);
  }
}

type Part = { weight: number; mean: readonly number[]; deviation: readonly number[] };

function readComponent({ weight = 1, mean, deviation }: MixtureComponent): Part {
  if (!(weight >= 0 && weight < Infinity)) throw wrong("weight", String(weight), "a number of 0 or more");
  const each = typeof deviation === "number" ? mean.map(() => deviation) : deviation;
  if (!each.every((value) => value >= 0 && value < Infinity))
    throw wrong("deviation", String(deviation), "numbers of 0 or more");
  return { weight, mean, deviation: each };
}

function wrong(path: string, received: string, expected: string): DriftfieldError {
  const hint = "a component is { weight, mean: [x, y], deviation: 0.1 }";
  const message = `a mixture can't have these ${path}`;
  return new DriftfieldError("invalid_option", message, { path, received, expected, hint });
}
