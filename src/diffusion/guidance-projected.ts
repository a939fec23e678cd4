// Adaptive projected guidance: leaves out the part of the guidance that only makes pictures glare.
import type { Tensor } from "../core/index.ts";
import { check, named, type Guidance } from "./guidance.ts";
import { evaluate, sum, type Floats } from "./sum.ts";

export type AdaptiveProjectedOptions = {
  /** As classifier-free guidance counts it: 1 is off. */
  scale: number;
  /** How much of the guidance parallel to the conditioned prediction stays: 0 none (the paper's), 1 all. */
  parallel?: number;
  /** The largest length of the guidance, cond - uncond; 0 (default) and Infinity leave it as it is. */
  radius?: number;
};

/**
 * guided = cond + (scale - 1) (d_orthogonal + parallel d_parallel), d = cond - uncond shortened to `radius` and split
 * along cond, sample by sample (Sadat, Hilliges & Weber 2024, arXiv:2410.02416, eq. 6 to 9 with eta = `parallel`).
 * Split along the model's own prediction, of whichever type, as the reference's guider does by default; the paper
 * splits along the clean sample.
 * Their reverse momentum isn't here: it is a memory, and guidance keeps none.
 * With parallel 1 and no radius it is classifier-free guidance.
 * @throws DriftfieldError("invalid_option") on numbers out of range.
 */
export function adaptiveProjected({ scale, parallel = 0, radius = 0 }: AdaptiveProjectedOptions): Guidance {
  check(Number.isFinite(scale), "guidanceScale", scale, "a finite number", "1 is off; 3 to 15 are usual");
  check(Number.isFinite(parallel), "parallel", parallel, "a finite number", "0 drops the parallel part, 1 keeps it");
  check(radius >= 0, "radius", radius, "a number of 0 or more", "0 is off; 2.5 to 15 are usual for latents");
  return {
    wants: () => (scale === 1 ? ["cond"] : ["uncond", "cond"]),
    combine(predictions) {
      const cond = named(predictions, "cond");
      if (scale === 1) return cond;
      const uncond = named(predictions, "uncond");
      const out = cond.data.slice();
      const batch = cond.shape[0] ?? 1;
      const size = out.length / batch;
      for (let b = 0; b < batch; b++) {
        const row = (of: Tensor) => of.data.subarray(b * size, (b + 1) * size);
        out.set(guidedRow(row(cond), row(uncond), { scale, parallel, radius }), b * size);
      }
      return { data: out, shape: cond.shape };
    },
  };
}

function guidedRow(cond: Floats, uncond: Floats, options: Required<AdaptiveProjectedOptions>): Floats {
  const { scale, parallel, radius } = options;
  const difference = evaluate(sum([1, cond], [-1, uncond]), cond);
  const length = Math.sqrt(dot(difference, difference));
  const shortened = radius > 0 && length > radius ? radius / length : 1;
  const power = dot(cond, cond);
  const along = power === 0 ? 0 : (shortened * dot(difference, cond)) / power;
  return evaluate(sum([1 + (scale - 1) * (parallel - 1) * along, cond], [(scale - 1) * shortened, difference]), cond);
}

function dot(a: Floats, b: Floats): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i] * b[i];
  return total;
}
