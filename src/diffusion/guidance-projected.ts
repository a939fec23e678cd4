// Adaptive projected guidance: leaves out the part of the guidance that only makes pictures glare.
import type { Tensor } from "../core/index.ts";
import {
  activity,
  check,
  named,
  restoreSpread,
  type ClassifierFreeOptions,
  type Guidance,
  type Moment,
  type NamedPredictions,
} from "./guidance.ts";
import { evaluate, sum, type Floats } from "./sum.ts";

export type AdaptiveProjectedOptions = ClassifierFreeOptions & {
  /** How much of the guidance parallel to the conditioned prediction stays: 0 none (the paper's), 1 all. */
  parallel?: number;
  /** The largest length of the guidance, cond - uncond; 0 (default) and Infinity leave it as it is. */
  radius?: number;
  /** What the guidance is added to: "cond" (the paper's) or "uncond" (the reference's default); see below. */
  origin?: "cond" | "uncond";
  /** How much of the guidance of earlier steps is added to each: 0 (default) none, -0.75 to -0.5 the paper's. */
  momentum?: number;
  /** Axes over which lengths and angles are taken; by default all but the first, sample by sample. -1 is the last. */
  axes?: readonly number[];
};

/**
 * guided = cond + (scale - 1) (d_orthogonal + parallel d_parallel), d = cond - uncond + momentum d_before, shortened to
 * `radius` and split along cond, sample by sample (Sadat, Hilliges & Weber 2024, arXiv:2410.02416, eq. 6 to 9 with
 * eta = `parallel`, beta = `momentum`). From "uncond" it is uncond + scale (d_orthogonal + parallel d_parallel), as
 * diffusers' AdaptiveProjectedGuidance has it unless it is told `use_original_formulation`; that jumps where the scale
 * comes to 1.
 * Split along the model's own prediction, of whichever type, as the reference's guider does by default; the paper
 * splits along the clean sample. What momentum remembers travels in the run's state (`SamplerState.guidance`); a step
 * without guidance leaves it alone.
 * With parallel 1, no radius and no momentum it is classifier-free guidance.
 * @throws DriftfieldError("invalid_option") on numbers out of range, and on axes that a prediction hasn't got.
 */
export function adaptiveProjected(options: AdaptiveProjectedOptions): Guidance {
  const { scale, rescale = 0, parallel = 0, radius = 0, origin = "cond", momentum = 0, axes } = options;
  const active = activity(options);
  check(Number.isFinite(parallel), "parallel", parallel, "a finite number", "0 drops the parallel part, 1 keeps it");
  check(radius >= 0, "radius", radius, "a number of 0 or more", "0 is off; 2.5 to 15 are usual for latents");
  check(origin === "cond" || origin === "uncond", "origin", origin, "cond or uncond", 'leave it out for "cond"');
  check(Math.abs(momentum) < 1, "momentum", momentum, "a number between -1 and 1", "0 is off; -0.5 is usual");
  const wholeAxes = axes === undefined || (axes.length > 0 && axes.every(Number.isInteger));
  check(wholeAxes, "axes", axes, "one or more whole numbers", "leave it out for all axes but the first");

  const remember = (predictions: NamedPredictions, moment: Moment): Tensor | undefined => {
    if (!active(moment)) return moment.memory;
    const [cond, uncond] = [named(predictions, "cond"), named(predictions, "uncond")];
    const before = moment.memory ? sum([momentum, moment.memory.data]) : [];
    const data = evaluate([...sum([1, cond.data], [-1, uncond.data]), ...before], cond.data);
    return { data, shape: cond.shape };
  };
  return {
    wants: (moment) => (active(moment) ? ["uncond", "cond"] : ["cond"]),
    combine(predictions, moment) {
      const cond = named(predictions, "cond");
      if (!active(moment)) return cond;
      const difference = remember(predictions, moment)!;
      const from = origin === "cond" ? cond : named(predictions, "uncond");
      const weight = origin === "cond" ? scale - 1 : scale;
      const change = projected(difference, cond, { parallel, radius, axes });
      const data = evaluate(sum([1, from.data], [weight, change]), cond.data);
      const guided = { data, shape: cond.shape };
      if (rescale > 0) restoreSpread(guided, cond, rescale);
      return guided;
    },
    ...(momentum !== 0 && { remember }),
  };
}

type Projection = { parallel: number; radius: number; axes: readonly number[] | undefined };

/** d shortened to `radius`, its part along `cond` times `parallel`; group by group of the axes that aren't summed. */
function projected(difference: Tensor, cond: Tensor, { parallel, radius, axes }: Projection): Floats {
  const [groupOf, count] = groups(cond.shape, axes);
  const [lengths, powers, products] = [0, 1, 2].map(() => new Float64Array(count));
  cond.data.forEach((c, i) => {
    const [d, group] = [difference.data[i], groupOf(i)];
    lengths[group] += d * d;
    powers[group] += c * c;
    products[group] += d * c;
  });
  return difference.data.map((d, i) => {
    const group = groupOf(i);
    const length = Math.sqrt(lengths[group]);
    const shortened = radius > 0 && length > radius ? radius / length : 1;
    const along = powers[group] === 0 ? 0 : products[group] / powers[group];
    return shortened * (d + (parallel - 1) * along * cond.data[i]);
  });
}

/** Which group an element belongs to, and how many there are: one for each place on the axes that aren't summed. */
function groups(shape: readonly number[], axes?: readonly number[]): [(i: number) => number, number] {
  const summed = axes?.map((axis) => (axis < 0 ? axis + shape.length : axis)) ?? shape.map((_, axis) => axis).slice(1);
  const fits = summed.every((axis) => axis >= 0 && axis < shape.length);
  check(fits, "axes", axes, `axes of [${shape}]`, "0 is the first, -1 the last");
  const kept = shape.flatMap((size, axis) => {
    const stride = shape.slice(axis + 1).reduce((product, n) => product * n, 1);
    return summed.includes(axis) ? [] : [{ size, stride }];
  });
  const count = kept.reduce((product, { size }) => product * size, 1);
  return [(i) => kept.reduce((group, { size, stride }) => group * size + (Math.floor(i / stride) % size), 0), count];
}
