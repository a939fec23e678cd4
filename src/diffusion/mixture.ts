// A mixture of Gaussians under noise: denoiser, score, density and samples in closed form, as truths to measure by.
import { DriftfieldError, type Tensor } from "../core/index.ts";
import type { Generator } from "../random/index.ts";
import type { Denoiser } from "./exact.ts";
import type { Level } from "./schedule/level.ts";
import type { Floats } from "./sum.ts";

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

  /** The components at a level: where they are, how wide, and the log of what their density is divided by. */
  const noised = ({ alpha, sigma }: Level): Noised[] =>
    parts.map(({ weight, mean, deviation }) => {
      const variances = deviation.map((value) => (alpha * value) ** 2 + sigma ** 2);
      const logs = variances.map((variance) => Math.log(2 * Math.PI * variance) / 2);
      const means = mean.map((value) => alpha * value);
      return { means, variances, logPeak: Math.log(weight / whole) - logs.reduce((sum, log) => sum + log, 0) };
    });
  /** Writes the shares of the components given one row of x; says the log of the row's density. */
  const explain = (data: Floats, start: number, components: readonly Noised[], shares: Float64Array): number => {
    let most = -Infinity;
    components.forEach(({ means, variances, logPeak }, k) => {
      let log = logPeak;
      for (let i = 0; i < size; i++) log -= (data[start + i] - means[i]) ** 2 / (2 * variances[i]);
      shares[k] = log;
      most = Math.max(most, log);
    });
    let total = 0;
    for (let k = 0; k < shares.length; k++) total += shares[k] = Math.exp(shares[k] - most);
    for (let k = 0; k < shares.length; k++) shares[k] /= total;
    return most + Math.log(total);
  };
  /** A field that is linear in x for each component: offset[k] + slope[k] x, averaged with the components' shares. */
  const averaged = (x: Tensor, level: Level, line: Line): Tensor => {
    checkRows(x, size);
    const data = x.data.slice().fill(0);
    const [components, shares] = [noised(level), new Float64Array(parts.length)];
    const lines = parts.map(({ mean, deviation }) => mean.map((value, i) => line(value, deviation[i] ** 2, level)));
    for (let start = 0; start < data.length; start += size) {
      explain(x.data, start, components, shares);
      lines.forEach((numbers, k) => {
        if (shares[k] === 0) return;
        for (let i = 0; i < size; i++) {
          data[start + i] += shares[k] * (numbers[i].offset + numbers[i].slope * x.data[start + i]);
        }
      });
    }
    return { data, shape: x.shape };
  };
  return {
    dimensions: size,
    denoiser: (x, level) =>
      averaged(x, level, (mean, variance, { alpha, sigma }) => {
        const slope = variance === 0 ? 0 : (alpha * variance) / (alpha ** 2 * variance + sigma ** 2);
        return { offset: mean * (1 - slope * alpha), slope };
      }),
    score: (x, level) =>
      averaged(x, level, (mean, variance, { alpha, sigma }) => {
        const slope = -1 / (alpha ** 2 * variance + sigma ** 2);
        return { offset: -slope * alpha * mean, slope };
      }),
    logDensity(x, level) {
      checkRows(x, size);
      const [components, shares] = [noised(level), new Float64Array(parts.length)];
      const rows = new Float64Array(x.data.length / size);
      return rows.map((_, b) => explain(x.data, b * size, components, shares));
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

type Noised = { means: readonly number[]; variances: readonly number[]; logPeak: number };
type Line = (mean: number, variance: number, level: Level) => { offset: number; slope: number };

function checkRows(x: Tensor, size: number): void {
  if (x.data.length % size === 0) return;
  throw new DriftfieldError("shape_mismatch", "x doesn't hold points of the mixture's size", {
    path: "x",
    received: `[${x.shape}]`,
    expected: `[B, ${size}]`,
    hint: "give x one row for each sample",
  });
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
