// ScoreSdeVeScheduler and ScoreSdeVpScheduler: score-based models in continuous time.
import { DriftfieldError } from "../../core/index.ts";
import { number, type SchedulerConfig } from "../config.ts";
import { makePlan, type Expand, type Plan } from "../plan.ts";
import { chosen, refuse, type PlanOptions } from "../plans/options.ts";
import { eulerMaruyama } from "../samplers/euler-maruyama.ts";
import { reverseDiffusion } from "../samplers/reverse-diffusion.ts";
import type { Sampler } from "../samplers/sampler.ts";
import { singleLinspace } from "../schedule/betas.ts";
import type { Level } from "../schedule/level.ts";
import { linearPreservingSchedule } from "../schedule/preserving.ts";
import type { NoiseSchedule } from "../schedule/schedule.ts";
import { checkSteps } from "../schedule/spacing.ts";
import type { SchedulerClass } from "./parts.ts";

const { fround } = Math;

/**
 * x = x0 + sigma noise, told sigma itself: `plan.timesteps` are sigmas. Every level is looked at `correct_steps` times
 * by the corrector and once by the predictor; the model says the score.
 */
export const scoreSdeVeScheduler: SchedulerClass = {
  className: "ScoreSdeVeScheduler",
  read(config) {
    const train = number(config, "num_train_timesteps", 2000, 1);
    const [smallest, largest] = [number(config, "sigma_min", 0.01, 1e-9), number(config, "sigma_max", 1348, 0)];
    const end = number(config, "sampling_eps", 1e-5, 0, 1);
    const corrections = number(config, "correct_steps", 1, 0, 1000);
    if (smallest >= largest) throw upsideDown(smallest, largest);
    const sigmaAt = (t: number) => smallest * (largest / smallest) ** t;
    const alone = (sigma: number): Level => ({ alpha: 1, sigma });
    const schedule: NoiseSchedule = {
      kind: "exploding",
      numTrainTimesteps: train,
      at: alone,
      logSnr: (sigma) => -2 * Math.log(sigma),
      timeOf: (ratio) => ratio,
    };
    // Samples step through a table of `count` sigmas, which are a rounding away from those that the network is told.
    const expand: Expand = ({ timesteps: { length: count }, levels }) => {
      const table = singleLinspace(Math.log(smallest), Math.log(largest), count).map(Math.exp);
      const rows = [...singleLinspace(1, end, count)].flatMap((t, i) => {
        const place = Math.trunc(fround(t * (count - 1)));
        const [from, to] = [alone(table[place]), alone(place === 0 ? 0 : table[place - 1])];
        const predict = { told: levels[i], from, to };
        return [...Array.from({ length: corrections }, () => ({ ...predict, to: from })), predict];
      });
      const sigmas = rows.map(({ told }) => told.sigma);
      return {
        timesteps: sigmas,
        sigmas: [...sigmas, 0],
        levels: rows.map(({ told }) => told),
        origins: rows.map(({ from }) => from),
        targets: rows.map(({ to }) => to),
      };
    };
    const snr = number(config, "snr", 0.15, 0);
    return {
      schedule,
      predictionType: "score",
      sampler: { ...reverseDiffusion({ snr, corrections, denoise: false }), expand },
      levelAt: alone,
      plan(sampler, steps, options) {
        const count = stepsOf(config, train, steps, options);
        const times = singleLinspace(1, end, count);
        const levels = [...[...times].map((t) => alone(fround(sigmaAt(t)))), alone(0)];
        const sigmas = levels.map(({ sigma }) => sigma);
        const grid = { timesteps: sigmas.slice(0, -1), sigmas, levels };
        const clock = { timeOf: schedule.timeOf, levelAt: alone };
        return makePlan({ grid, sampler, clock, initNoiseSigma: largest });
      },
    };
  },
};

/** The model is told t from 1 (noise) to `sampling_eps` and says the noise. */
export const scoreSdeVpScheduler: SchedulerClass = {
  className: "ScoreSdeVpScheduler",
  read(config) {
    const train = number(config, "num_train_timesteps", 2000, 1);
    const [least, most] = [number(config, "beta_min", 0.1, 0), number(config, "beta_max", 20, 0)];
    const end = number(config, "sampling_eps", 1e-3, 0, 1);
    const schedule = linearPreservingSchedule(train, least, most);
    return {
      schedule,
      predictionType: "epsilon",
      sampler: eulerMaruyama({ betaAt: (t) => least + t * (most - least), denoise: false }),
      levelAt: schedule.at,
      plan: (sampler, steps, options) => unitPlan(config, schedule, end, sampler, steps, options),
    };
  },
};

function unitPlan(
  config: SchedulerConfig,
  schedule: NoiseSchedule,
  end: number,
  sampler: Sampler,
  steps: number | null,
  options: PlanOptions,
): Plan {
  const count = stepsOf(config, schedule.numTrainTimesteps, steps, options);
  const timesteps = [...singleLinspace(1, end, count)];
  const levels = [...timesteps, 0].map(schedule.at);
  const grid = { timesteps, sigmas: levels.map(({ sigma }) => sigma), levels };
  return makePlan({ grid, sampler, clock: { timeOf: schedule.timeOf, levelAt: schedule.at } });
}

function stepsOf(config: SchedulerConfig, train: number, steps: number | null, options: PlanOptions): number {
  refuse(options, ["timesteps", "sigmas", "mu", "strength"], config._class_name);
  chosen(steps, options);
  checkSteps(steps!, train);
  return steps!;
}

function upsideDown(smallest: number, largest: number): DriftfieldError {
  return new DriftfieldError("invalid_option", "sigma_min has to be smaller than sigma_max", {
    path: "sigma_min",
    received: smallest,
    expected: `a number above 0 and below ${largest}`,
    hint: "swap the two",
  });
}
