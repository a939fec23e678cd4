// CMStochasticIterativeScheduler: consistency models.
import { flag, number } from "../config.ts";
import { continuousPlan, sigmaAt, type ContinuousRules } from "../plans/continuous.ts";
import { consistency } from "../samplers/consistency.ts";
import { continuousSchedule } from "../schedule/continuous.ts";
import { karrasBetween } from "../schedule/sigmas.ts";
import type { SchedulerClass } from "./parts.ts";

export const consistencyScheduler: SchedulerClass = {
  className: "CMStochasticIterativeScheduler",
  read(config) {
    const count = number(config, "num_train_timesteps", 40, 2);
    const [smallest, largest] = [number(config, "sigma_min", 0.002, 0), number(config, "sigma_max", 80, 0)];
    const sigmaData = number(config, "sigma_data", 0.5, 0);
    const rho = number(config, "rho", 7, 0);
    const schedule = continuousSchedule(count, 250, sigmaData);
    const at = (step: number) => karrasBetween(largest, smallest, rho)(step / (count - 1));
    const rules: ContinuousRules = {
      className: config._class_name,
      schedule,
      sigmaData,
      sigmas: (steps) => Array.from({ length: steps }, (_, i) => at(i * Math.floor(count / steps))),
      // As the reference counts them: from the data, turned round.
      sigmasOf: (timesteps) => timesteps.toReversed().map(at),
      final: smallest,
      initNoiseSigma: largest,
    };
    return {
      schedule,
      predictionType: "epsilon",
      preconditioning: { sigmaData, sigmaMin: smallest, sign: 1 },
      sampler: consistency({ smallest, scale: number(config, "s_noise", 1, 0) }),
      range: flag(config, "clip_denoised", true) ? { clip: 1 } : undefined,
      levelAt: (t) => ({ alpha: 1, sigma: sigmaAt(schedule, t) }),
      plan: (used, steps, options) => continuousPlan(rules, used, steps, options),
    };
  },
};
