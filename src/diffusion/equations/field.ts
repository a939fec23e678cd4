// What the equations follow: a denoiser, exact or a network's, at any level and in either precision.
import { DriftfieldError, type Tensor } from "../../core/index.ts";
import type { Level } from "../schedule/level.ts";
import type { Floats } from "../sum.ts";

/** The expected clean sample given x at a noise level. Exact denoisers are fields as they are; see `asDenoiser`. */
export type DenoiserField = (x: Tensor, level: Level) => Tensor | Promise<Tensor>;

/** Float64 numbers as a tensor for a denoiser: rounded to float32 when x came so, as they are in double precision. */
export function tensorLike(x: Tensor, data: Float64Array): Tensor {
  const wide = (x.data as Floats | Float64Array) instanceof Float64Array;
  return { data: wide ? (data as unknown as Floats) : Float32Array.from(data), shape: x.shape };
}

/** Asks the field. @throws DriftfieldError("shape_mismatch") unless it answers one number for each number of x. */
export async function askField(field: DenoiserField, x: Tensor, level: Level): Promise<Floats> {
  const { data, shape } = await field(x, level);
  if (data.length === x.data.length) return data;
  throw new DriftfieldError("shape_mismatch", "the denoiser's answer doesn't have the shape of x", {
    path: "denoiser",
    received: `[${shape}]`,
    expected: `[${x.shape}]`,
    hint: "let the denoiser return one number for each number of x",
  });
}

/** The error for a field that is NaN or infinite at time u. */
export function fieldNotFinite(u: number): DriftfieldError {
  return new DriftfieldError("not_finite", `the field is NaN or infinite at time ${u}`, {
    path: "denoiser",
    received: "NaN or infinity",
    expected: "finite numbers",
    hint: "check the model's weights and their precision, or start further from the path's ends",
  });
}
