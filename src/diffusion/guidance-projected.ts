// Adaptive projected guidance: leaves out the part of the guidance that only makes pictures glare.
import type { Tensor } from "../core/index.ts";
import { activity, check, named, restoreSpread, type ClassifierFreeOptions, type Guidance } from "./guidance.ts";
import { evaluate, sum, type Floats } from "./sum.ts";

export type AdaptiveProjectedOptions = ClassifierFreeOptions & {
  /** How much of the guidance parallel to the conditioned prediction stays: 0 none (the paper's), 1 all. */
  parallel?: number;
  /** The largest length of the guidance, cond - uncond; 0 (default) and Infinity leave it as it is. */
  radius?: number;
  /** What the guidance is added to: "cond" (the paper's) or "uncond" (the reference's default); see below. */
  origin?: "cond" | "uncond";
};

/**
 * guided = cond + (scale - 1) (d_orthogonal + parallel d_parallel), d = cond - uncond shortened to `radius` and split
 * along cond, sample by sample (Sadat, Hilliges & Weber 2024, arXiv:2410.02416, eq. 6 to 9 with eta = `parallel`).
 * From "uncond" it is uncond + scale (d_orthogonal + parallel d_parallel), as diffusers' AdaptiveProjectedGuidance has
 * it unless it is told `use_original_formulation`; that jumps where the scale comes to 1.
 * Split along the model's own prediction, of whichever type, as the reference's guider does by default; the paper
 * splits along the clean sample.
 * Their reverse momentum isn't here: it is a memory, and guidance keeps none.
 * With parallel 1 and no radius it is classifier-free guidance.
 * @throws DriftfieldError("invalid_option") on numbers out of range.
 */
export function adaptiveProjected(options: AdaptiveProjectedOptions): Guidance {
  const { scale, rescale = 0, parallel = 0, radius = 0, origin = "cond" } = options;
  const active = activity(options);
  check(Number.isFinite(parallel), "parallel", parallel, "a finite number", "0 drops the parallel part, 1 keeps it");
  check(radius >= 0, "radius", radius, "a number of 0 or more", "0 is off; 2.5 to 15 are usual for latents");
  check(origin === "cond" || origin === "uncond", "origin", origin, "cond or uncond", 'leave it out for "cond"');
  return {
    wants: (moment) => (active(moment) ? ["uncond", "cond"] : ["cond"]),
    combine(predictions, moment) {
      const cond = named(predictions, "cond");
      if (!active(moment)) return cond;
      const uncond = named(predictions, "uncond");
      const out = cond.data.slice();
      const batch = cond.shape[0] ?? 1;
      const size = out.length / batch;
      for (let b = 0; b < batch; b++) {
        const row = (of: Tensor) => of.data.subarray(b * size, (b + 1) * size);
        out.set(guidedRow(row(cond), row(uncond), { scale, parallel, radius, origin }), b * size);
      }
      const guided = { data: out, shape: cond.shape };
      if (rescale > 0) restoreSpread(guided, cond, rescale);
      return guided;
    },
  };
}

type RowOptions = Required<Pick<AdaptiveProjectedOptions, "scale" | "parallel" | "radius" | "origin">>;

function guidedRow(cond: Floats, uncond: Floats, { scale, parallel, radius, origin }: RowOptions): Floats {
  const difference = evaluate(sum([1, cond], [-1, uncond]), cond);
  const length = Math.sqrt(dot(difference, difference));
  const shortened = radius > 0 && length > radius ? radius / length : 1;
  const power = dot(cond, cond);
  const along = power === 0 ? 0 : (shortened * dot(difference, cond)) / power;
  const [from, weight] = origin === "cond" ? [cond, scale - 1] : [uncond, scale];
  return evaluate(sum([1, from], [weight * (parallel - 1) * along, cond], [weight * shortened, difference]), cond);
}

function dot(a: Floats, b: Floats): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i] * b[i];
  return total;
}
