// The probability-flow ODE: the walk without noise that has the same marginals as the noisy ones.
import type { Tensor } from "../../core/index.ts";
import { adaptive, type AdaptiveOptions } from "./adaptive.ts";
import { askField, tensorLike, type DenoiserField } from "./field.ts";
import { checkTimes, flowWeights, type NoisePath } from "./path.ts";

export type ProbabilityFlowOptions = AdaptiveOptions & {
  denoiser: DenoiserField;
  path: NoisePath;
  /** Where to start, (B, ...), in the path's own space. Not written to. */
  x: Tensor;
  /** From noise to data by default; the other way round encodes. */
  from?: number;
  to?: number;
};

/** One accepted step. */
export type FlowRecord = {
  readonly index: number;
  readonly from: number;
  readonly to: number;
  readonly x: Tensor;
  readonly next: Tensor;
  /** Evaluations of the denoiser since the start; steps that were tried in vain before this one. */
  readonly evaluations: number;
  readonly rejected: number;
  /** x at any time within the step (dense output, fourth order). */
  at(u: number): Tensor;
};

/**
 * dx = (f(u) x - g(u)^2 / 2 score(x, u)) du (Song et al. 2021, eq. 13), solved by Dormand-Prince 5(4) in time u. Every
 * sample is held to the tolerance, and the batch takes its steps together. Yields each step, returns x at `to`.
 * @throws DriftfieldError: "aborted", "not_finite", "shape_mismatch", "invalid_option" (see `adaptive`).
 */
export async function* probabilityFlow(options: ProbabilityFlowOptions): AsyncGenerator<FlowRecord, Tensor> {
  const { denoiser, path, x, from = path.latest, to = path.earliest, ...solver } = options;
  checkTimes(path, from, to);
  const as = (data: Float64Array) => tensorLike(x, data);
  const derivative = async (u: number, y: Float64Array) => {
    const denoised = await askField(denoiser, as(y), path.level(u));
    const { ofX, ofDenoised } = flowWeights(path, u);
    return y.map((value, i) => ofX * value + ofDenoised * denoised[i]);
  };
  const steps = adaptive({ ...solver, derivative, y: Float64Array.from(x.data), from, to, rows: x.shape[0] ?? 1 });
  for (let index = 0; ; index++) {
    const { value, done } = await steps.next();
    if (done) return as(value);
    const { y, next, at, ...rest } = value;
    yield { index, ...rest, x: as(y), next: as(next), at: (u) => as(at(u)) };
  }
}
