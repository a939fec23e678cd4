// Two things a network can be asked for at one noise level, the last step back and the whole noise: how far each
// example strays from what it teaches on average, and the field that some thousand examples teach.
import { exactDenoiser } from "driftfield/diffusion";
import { counterGenerator, counterNormal, counterUniform } from "driftfield/random";
import type { Context } from "../worker/jobs.ts";
import { levelAt, ratioAt } from "./level.ts";
import { growth } from "./walks.ts";

export type TargetsInput = {
  points: Float32Array;
  t: number;
  /** Steps of the whole forward walk. */
  steps: number;
  samples: number;
  /** Cells of the taught fields in a row, over [-extent, extent]. */
  cells: number;
  extent: number;
  seed: number;
  /** The place whose examples are drawn one by one, in the frame. */
  probe: readonly [number, number];
  examples: number;
};

/** Arrows in the frame: what is taken away from x, were the example followed at once. */
export type Taught = {
  /** The mean example in every cell (0 where there was none). */
  field: Float32Array;
  /** Examples at the probe. */
  fan: Float32Array;
  /** E|example - its mean at x|^2 over both coordinates, in units of the whole noise. */
  spread: number;
};

export type TargetsOutput = { naive: Taught; total: Taught; mean: Float32Array; score: Float32Array };

/**
 * With noise over signal r growing from q: x = x0 + r e. The whole noise e is one target. The last step z (the step was
 * sqrt(r^2 - q^2) z) is the other; E[z | x] = sqrt(1 - q^2 / r^2) E[e | x], so z times r / sqrt(r^2 - q^2) teaches the
 * same field. Given x0 and x, z is normal around sqrt(1 - q^2 / r^2) e with variance q^2 / r^2.
 */
export async function targetsJob(
  input: TargetsInput, { breathe }: Pick<Context, "breathe">,
): Promise<TargetsOutput> {
  const { points, t, steps, samples, cells, extent, seed, probe, examples } = input;
  const { alpha, sigma } = levelAt(t);
  const share = Math.sqrt(growth(t, steps)) / ratioAt(t); // sqrt(1 - q^2 / r^2), from 0 to 1
  const rest = Math.sqrt(Math.max(0, 1 - share * share));
  const [total, naive] = [new Means(cells, extent), new Means(cells, extent)];
  const denoise = exactDenoiser({ data: points, shape: [points.length / 2, 2] });
  const generator = counterGenerator({ seed, sample: 2 });
  const chosen = generator.randint(0, points.length / 2, [samples]).data;
  const [noise, last] = [generator.randn([2 * samples]).data, generator.randn([2 * samples]).data];
  for (let i = 0; i < samples; i++) {
    const x = [0, 1].map((c) => alpha * points[2 * chosen[i] + c] + sigma * noise[2 * i + c]);
    const whole = [0, 1].map((c) => -sigma * noise[2 * i + c]);
    const step = [0, 1].map((c) => (-sigma * (share * noise[2 * i + c] + rest * last[2 * i + c])) / share);
    total.add(x, whole);
    naive.add(x, step);
    if (i % 500 === 0) await breathe();
  }
  const missed = missedBy(points, t, seed) / ratioAt(t) ** 2;
  const { data } = denoise({ data: Float32Array.from(probe), shape: [1, 2] }, { alpha, sigma });
  const mean = Float32Array.of(alpha * data[0] - probe[0], alpha * data[1] - probe[1]);
  const fans = fanAt(points, t, probe, examples, seed, share);
  return {
    total: { field: total.means(), fan: fans.total, spread: missed },
    naive: { field: naive.means(), fan: fans.naive, spread: missed + (2 * rest * rest) / (share * share) },
    mean,
    score: mean.map((value) => value / (sigma * sigma)),
  };
}

/** Sums of arrows by cell. */
class Means {
  readonly #sums: Float64Array;
  readonly #counts: Float64Array;
  readonly cells: number;
  readonly extent: number;
  constructor(cells: number, extent: number) {
    [this.cells, this.extent] = [cells, extent];
    this.#sums = new Float64Array(2 * cells * cells);
    this.#counts = new Float64Array(cells * cells);
  }
  add([x, y]: number[], [dx, dy]: number[]): void {
    const half = this.extent / (this.cells - 1);
    const column = Math.round((x + this.extent) / (2 * half));
    const row = Math.round((y + this.extent) / (2 * half));
    if (column < 0 || row < 0 || column >= this.cells || row >= this.cells) return;
    const at = row * this.cells + column;
    this.#counts[at]++;
    this.#sums[2 * at] += dx;
    this.#sums[2 * at + 1] += dy;
  }
  means(): Float32Array {
    return Float32Array.from(this.#sums, (sum, i) => (this.#counts[i >> 1] > 0 ? sum / this.#counts[i >> 1] : 0));
  }
}

/** E|x0 - E[x0 | x_t]|^2, from 600 noised points. */
function missedBy(points: Float32Array, t: number, seed: number): number {
  const many = points.length / 2;
  const level = levelAt(t);
  const noise = counterNormal({ seed, sample: 3, draw: 0 }, new Float32Array(1200));
  const clean = Float32Array.from(noise, (_, i) => points[2 * Math.floor(((i >> 1) * many) / 600) + (i & 1)]);
  const x = noise.map((value, i) => level.alpha * clean[i] + level.sigma * value);
  const { data } = exactDenoiser({ data: points, shape: [many, 2] })({ data: x, shape: [600, 2] }, level);
  return data.reduce((sum, value, i) => sum + (value - clean[i]) ** 2 / 600, 0);
}

/** Examples that all have x_t = probe: a clean point by how likely it is there, and the last step given both. */
function fanAt(
  points: Float32Array, t: number, probe: readonly [number, number], examples: number, seed: number, share: number,
) {
  const { alpha, sigma } = levelAt(t);
  const many = points.length / 2;
  const exponents = Float64Array.from({ length: many }, (_, p) => {
    const [dx, dy] = [probe[0] - alpha * points[2 * p], probe[1] - alpha * points[2 * p + 1]];
    return -(dx * dx + dy * dy) / (2 * sigma * sigma);
  });
  const most = exponents.reduce((a, b) => Math.max(a, b), -Infinity);
  const weights = exponents.map((value) => Math.exp(value - most));
  const whole = weights.reduce((a, b) => a + b, 0);
  const picks = counterUniform({ seed, sample: 4, draw: 0 }, new Float32Array(examples));
  const last = counterNormal({ seed, sample: 4, draw: 1 }, new Float32Array(2 * examples));
  const rest = Math.sqrt(Math.max(0, 1 - share * share));
  const [total, naive] = [new Float32Array(2 * examples), new Float32Array(2 * examples)];
  for (let i = 0; i < examples; i++) {
    let left = picks[i] * whole;
    let p = 0;
    while (p < many - 1 && left >= weights[p]) left -= weights[p++];
    for (const c of [0, 1]) {
      const back = alpha * points[2 * p + c] - probe[c];
      total[2 * i + c] = back;
      naive[2 * i + c] = back - (sigma * rest * last[2 * i + c]) / share;
    }
  }
  return { total, naive };
}
