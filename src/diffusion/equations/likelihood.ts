// How likely a sample is: its way to the noise along the probability flow, and how much room the flow makes on it.
import type { Tensor } from "../../core/index.ts";
import { adaptive } from "./adaptive.ts";
import { exactTrace, type JacobianTrace } from "./divergence.ts";
import { askField, tensorLike } from "./field.ts";
import { checkTimes, flowWeights } from "./path.ts";
import type { ProbabilityFlowOptions } from "./probability-flow.ts";

export type LikelihoodOptions = Omit<ProbabilityFlowOptions, "from" | "to"> & {
  /** How the Jacobian's trace is found: exact by default; `hutchinsonTrace` for samples of many numbers. */
  trace?: JacobianTrace;
};

export type LikelihoodRecord = {
  readonly from: number;
  readonly to: number;
  readonly x: Tensor;
  /** Evaluations of the derivative since the start; each asks the denoiser once, and the trace what it needs. */
  readonly evaluations: number;
};

export type Likelihood = {
  /** Natural logarithm of the density of each sample of x at the path's earliest level: (B). */
  readonly logDensity: Float64Array;
  /** Where each sample ends: its code in the noise. */
  readonly latent: Tensor;
};

/**
 * log p(x) = log p_noise(x(latest)) + the integral of div(dx/du) du (Song et al. 2021, eq. 39; Chen et al. 2018, the
 * instantaneous change of variables). x, (B, ...), is a point at the path's earliest level, so the density is that of
 * the data with that little noise. p_noise is normal with deviation sigma(latest): where the path leaves signal at its
 * end, the answer is wrong by about alpha |mean of the data| / sigma there. Yields each step, returns the densities.
 * @throws DriftfieldError: "aborted", "not_finite", "shape_mismatch", "invalid_option" (see `adaptive`).
 */
export async function* logLikelihood(options: LikelihoodOptions): AsyncGenerator<LikelihoodRecord, Likelihood> {
  const { denoiser, path, x, trace = exactTrace(), ...solver } = options;
  const { earliest: from, latest: to } = path;
  checkTimes(path, from, to);
  const rows = x.shape[0] ?? 1;
  const size = x.data.length / rows;
  // Each row of the solver's state is a sample and, as its last number, the integral of the divergence.
  const points = (y: Float64Array) => y.filter((_, i) => i % (size + 1) < size);
  const pack = (numbers: ArrayLike<number>, last: ArrayLike<number>) =>
    Float64Array.from({ length: rows * (size + 1) }, (_, i) => {
      const [row, k] = [Math.floor(i / (size + 1)), i % (size + 1)];
      return k < size ? numbers[row * size + k] : last[row];
    });
  const derivative = async (u: number, y: Float64Array) => {
    const at = tensorLike(x, points(y));
    const level = path.level(u);
    const denoised = await askField(denoiser, at, level);
    const { ofX, ofDenoised } = flowWeights(path, u);
    const traces = await trace(denoiser, at, level);
    const velocity = Float64Array.from(denoised, (value, i) => ofX * at.data[i] + ofDenoised * value);
    return pack(velocity, traces.map((value) => ofX * size + ofDenoised * value));
  };
  const steps = adaptive({ ...solver, derivative, y: pack(x.data, new Float64Array(rows)), from, to, rows });
  for (;;) {
    const { value, done } = await steps.next();
    if (done) return read(value);
    yield { from: value.from, to: value.to, x: tensorLike(x, points(value.y)), evaluations: value.evaluations };
  }

  function read(y: Float64Array): Likelihood {
    const { sigma } = path.level(to);
    const logDensity = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      const start = row * (size + 1);
      let squares = 0;
      for (let k = 0; k < size; k++) squares += y[start + k] ** 2;
      const normal = -squares / (2 * sigma ** 2) - size * Math.log(sigma * Math.sqrt(2 * Math.PI));
      logDensity[row] = normal + y[start + size];
    }
    return { logDensity, latent: tensorLike(x, points(y)) };
  }
}
