// What guidance is for: a field that knows its condition only in part mixes the classes, and guidance sorts them.
import type { Tensor } from "../../core/index.ts";
import { spiralClasses } from "../../data/shapes/index.ts";
import {
  asModel,
  classifierFree,
  gaussianMixture,
  sample,
  schedulerFromConfig,
  type GaussianMixture,
} from "../../diffusion/index.ts";
import { shown, type Claim } from "./claim.ts";
import { endOf, noisy, stream } from "./ground.ts";

const COUNT = 250;
const STEPS = 30;
const LEAK = 0.3;
const SCALE = 3;
const BLUR = 0.02;

export const guidanceSorts: Claim = {
  name: "guidance-sorts",
  claim: "A conditioned field that knows its condition in part confuses the classes, and guidance sorts them.",
  measure:
    `Share of ${COUNT} samples a class, of three along the spiral, whose nearest data point has another class; ` +
    `field of a class exact, or exact for ${100 * (1 - LEAK)}% of that class and ${100 * LEAK}% of all the data`,
  expected:
    `exact field below 0.02; in part: the share of wrong data in it within 0.05; ` +
    `in part with guidance ${SCALE}: below a fifth of that`,
  async run(signal) {
    const classes = spiralClasses();
    const of = classes.classes!;
    const inClass = [0, 1, 2].map((k) => of.filter((value) => value === k).length / of.length);
    const mixture = (weight: (k: number) => number): GaussianMixture =>
      gaussianMixture(
        Array.from(of, (k, i) => {
          const mean = Array.from(classes.points.data.subarray(2 * i, 2 * i + 2));
          return { weight: weight(k), mean, deviation: BLUR };
        }),
      );
    const all = mixture(() => 1);
    const wrong = async (leak: number, scale: number) => {
      let total = 0;
      for (const wanted of [0, 1, 2]) {
        const field = mixture((k) => leak + (k === wanted ? (1 - leak) / inClass[wanted] : 0));
        const end = await walk(field, all, scale, 40 + wanted, signal);
        total += nearestClasses(end, classes.points, of).filter((k) => k !== wanted).length / (3 * COUNT);
      }
      return total;
    };
    const figures = {
      exact: await wrong(0, 1),
      in_part: await wrong(LEAK, 1),
      in_part_guided: await wrong(LEAK, SCALE),
      wrong_data: (LEAK * inClass.reduce((sum, share) => sum + 1 - share, 0)) / 3,
    };
    return {
      found:
        `exact ${shown(figures.exact)}; in part ${shown(figures.in_part)} (in the field's data ` +
        `${shown(figures.wrong_data)}), with guidance ${shown(figures.in_part_guided)}`,
      holds:
        figures.exact < 0.02 &&
        Math.abs(figures.in_part - figures.wrong_data) < 0.05 &&
        figures.in_part_guided < figures.in_part / 5,
      figures,
    };
  },
};

/** Samples of the field, guided away from that of all the data, by DDIM. */
function walk(
  field: GaussianMixture, all: GaussianMixture, scale: number, use: number, signal: AbortSignal | undefined,
): Promise<Tensor> {
  const rules = { clip_sample: false, timestep_spacing: "trailing" };
  const scheduler = schedulerFromConfig({ _class_name: "DDIMScheduler", ...rules });
  const [cond, uncond] = [field, all].map(({ denoiser }) => asModel(denoiser, scheduler));
  const run = sample({
    scheduler,
    plan: scheduler.plan(STEPS),
    x: noisy(COUNT, use),
    model: async (x, t, want) => ({
      cond: (await cond(x, t, want)) as Tensor,
      uncond: want.includes("uncond") ? ((await uncond(x, t, want)) as Tensor) : undefined,
    }),
    guidance: classifierFree({ scale }),
    generator: stream(use),
    signal,
  });
  return endOf(run);
}

function nearestClasses(x: Tensor, points: Tensor, classes: Int32Array): number[] {
  return Array.from({ length: x.shape[0] }, (_, b) => {
    let [nearest, least] = [0, Infinity];
    for (let i = 0; i < classes.length; i++) {
      const distance = Math.hypot(x.data[2 * b] - points.data[2 * i], x.data[2 * b + 1] - points.data[2 * i + 1]);
      if (distance < least) [nearest, least] = [i, distance];
    }
    return classes[nearest];
  });
}
