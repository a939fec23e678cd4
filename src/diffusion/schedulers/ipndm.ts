// IPNDMScheduler: a run's own times, sin^2 in the noise level, of networks that say the velocity.
import { mustBe, number } from "../config.ts";
import { makePlan } from "../plan.ts";
import { chosen, refuse } from "../plans/options.ts";
import { ipndm } from "../samplers/ipndm.ts";
import type { Level } from "../schedule/level.ts";
import { preservingSchedule } from "../schedule/preserving.ts";
import { checkSteps, linspace } from "../schedule/spacing.ts";
import type { SchedulerClass } from "./parts.ts";

const { fround } = Math;

export const ipndmScheduler: SchedulerClass = {
  className: "IPNDMScheduler",
  read(config) {
    mustBe(config, "trained_betas", null);
    const train = number(config, "num_train_timesteps", 1000, 1);
    const schedule = preservingSchedule(train, {
      levelAt: (t) => ({ alpha: Math.cos((t * Math.PI) / 2), sigma: Math.sin((t * Math.PI) / 2) }),
      timeOf: (ratio) => (Math.atan(ratio) / Math.PI) * 2,
    });
    return {
      schedule,
      predictionType: "v_prediction",
      sampler: ipndm(),
      levelAt: schedule.at,
      plan(sampler, steps, options) {
        refuse(options, ["timesteps", "sigmas", "mu"], config._class_name);
        chosen(steps, options);
        checkSteps(steps!, train);
        const levels = linspace(1, 0, steps! + 1).map((s) => {
          const sigma = fround(fround(Math.sin(fround((fround(s) * Math.PI) / 2))) ** 2);
          return { alpha: fround(Math.sqrt(fround(1 - fround(sigma ** 2)))), sigma };
        });
        const timeOf = ({ alpha, sigma }: Level) => fround((Math.atan2(sigma, alpha) / Math.PI) * 2);
        const timesteps = levels.slice(0, -1).map(timeOf);
        const grid = { timesteps, sigmas: levels.map(({ sigma }) => sigma), levels };
        const clock = { timeOf: schedule.timeOf, levelAt: schedule.at };
        return makePlan({ grid, sampler, clock, strength: options.strength });
      },
    };
  },
};
