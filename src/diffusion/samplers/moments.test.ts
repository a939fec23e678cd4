// Every stochastic sampler and class: on a Gaussian target the chain is affine in start and noise, its moments known.
import { describe, expect, test } from "vitest";
import { affineEnsemble } from "../../../test/helpers/affine-ensemble.ts";
import { schedulerFromConfig, withSampler, type Scheduler } from "../scheduler.ts";
import { schedulerClasses } from "../schedulers/classes.ts";
import { samplerEntries } from "./registry.ts";
import type { StepOptions } from "./sampler.ts";

const target = { mean: 0.4, deviation: 0.7 };
const samples = 20_000;
const unclipped = { clip_sample: false, clip_denoised: false };
const table = { _class_name: "DDPMScheduler", beta_schedule: "scaled_linear", beta_start: 0.00085, beta_end: 0.012 };
const euler = { _class_name: "EulerDiscreteScheduler", beta_schedule: "scaled_linear" };

type Chain = { name: string; scheduler: Scheduler; options?: StepOptions };

/** Whatever adds noise: registered samplers on a table and on a flow, classes, and what options make stochastic. */
const chains: Chain[] = [
  ...[{ ...table, ...unclipped }, { _class_name: "FlowMatchEulerDiscreteScheduler", shift: 2 }].flatMap((config) =>
    samplerEntries
      .filter(({ sampler }) => sampler.stochastic)
      .map(({ sampler: { name } }) => {
        const scheduler = withSampler(schedulerFromConfig(config), name);
        return { name: `${name} on a ${scheduler.schedule.kind} schedule`, scheduler };
      }),
  ),
  ...schedulerClasses
    .map(({ className: name }) => {
      // By default the last step of this one starts at a third of the data's size.
      const less = name === "CosineDPMSolverMultistepScheduler" ? { sigma_min: 0.01 } : {};
      return { name, scheduler: schedulerFromConfig({ _class_name: name, ...unclipped, ...less }) };
    })
    .filter(({ scheduler }) => scheduler.sampler.stochastic),
  ...[0.4, 1].map((eta) => {
    const scheduler = schedulerFromConfig({ ...table, ...unclipped, _class_name: "DDIMScheduler" });
    return { name: `DDIM with eta ${eta}`, scheduler, options: { eta } };
  }),
  { name: "Euler with churn", scheduler: schedulerFromConfig(euler), options: { sChurn: 3, sNoise: 1 } },
  {
    name: "EDM with churn",
    scheduler: schedulerFromConfig({ _class_name: "EDMEulerScheduler" }),
    options: { sChurn: 3 },
  },
  {
    name: "accelerated with mu",
    scheduler: schedulerFromConfig({ _class_name: "ScheduleLogLinear" }),
    options: { mu: 0.5, gamma: 1 },
  },
  {
    name: "FlowMatchEuler, stochastic",
    scheduler: schedulerFromConfig({ _class_name: "FlowMatchEulerDiscreteScheduler", stochastic_sampling: true }),
  },
];

describe("mean and variance of 20,000 samples equal the chain's own", () => {
  test.each(chains)("$name", ({ scheduler, options }) => {
    const steps = scheduler.sampler.kind === "distilled" ? 4 : 8;
    const { wanted, found } = affineEnsemble({ scheduler, steps, options, target, samples });
    const meanError = Math.sqrt(wanted.variance / samples);
    const varianceError = wanted.variance * Math.sqrt(2 / samples);
    expect(Math.abs(found.mean - wanted.mean) / meanError).toBeLessThan(4);
    expect(Math.abs(found.variance - wanted.variance) / varianceError).toBeLessThan(4);
  });
});

describe("the chain's marginal tends to the target as steps grow", () => {
  test.each(chains.filter(({ scheduler }) => scheduler.sampler.kind !== "distilled"))(
    "$name",
    ({ scheduler, options }) => {
      const errors = [10, 40, 160].map((steps) => {
        const { wanted } = affineEnsemble({ scheduler, steps, options, target, samples: 400 });
        return Math.abs(wanted.mean - target.mean) + Math.abs(Math.sqrt(wanted.variance) - target.deviation);
      });
      expect(errors[2], `errors ${errors}`).toBeLessThan(Math.max(errors[0] / 4, 0.01));
      expect(errors[2], `errors ${errors}`).toBeLessThan(0.05);
    },
  );
});
