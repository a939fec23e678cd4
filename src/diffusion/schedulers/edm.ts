// EDMEulerScheduler and EDMDPMSolverMultistepScheduler.
import { number, oneOf, type SchedulerConfig } from "../config.ts";
import { continuousPlan, sigmaAt, type ContinuousRules } from "../plans/continuous.ts";
import { dpmMultistep } from "../samplers/dpm-multistep.ts";
import { euler } from "../samplers/euler.ts";
import type { Sampler } from "../samplers/sampler.ts";
import { continuousSchedule } from "../schedule/continuous.ts";
import { exponentialSigmas, karrasSigmas } from "../schedule/sigmas.ts";
import { linspace } from "../schedule/spacing.ts";
import { readDpmOptions } from "./dpm-multistep.ts";
import { readRange, type SchedulerClass, type SchedulerParts } from "./parts.ts";

const { fround } = Math;

export const edmEulerScheduler: SchedulerClass = {
  className: "EDMEulerScheduler",
  read: (config) => edmParts(config, euler(), karrasSigmas),
};

export const edmDpmScheduler: SchedulerClass = {
  className: "EDMDPMSolverMultistepScheduler",
  read(config) {
    oneOf(config, "algorithm_type", ["dpmsolver++", "sde-dpmsolver++", "deis"], "dpmsolver++");
    const parts = edmParts(config, dpmMultistep(readDpmOptions(config, true)), singleKarras);
    return { ...parts, range: readRange(config, undefined) };
  },
};

/** Karras et al. 2022, table 1: the schedule and the preconditioning; prediction_type says the sign of the network. */
function edmParts(config: SchedulerConfig, sampler: Sampler, karras: typeof karrasSigmas): SchedulerParts {
  const predictionType = oneOf(config, "prediction_type", ["epsilon", "v_prediction"], "epsilon");
  const sigmaData = number(config, "sigma_data", 0.5, 0);
  const [smallest, largest] = [number(config, "sigma_min", 0.002, 0), number(config, "sigma_max", 80, 0)];
  const rho = number(config, "rho", 7, 0);
  const exponential = oneOf(config, "sigma_schedule", ["karras", "exponential"], "karras") === "exponential";
  const schedule = continuousSchedule(number(config, "num_train_timesteps", 1000, 1), 0.25, sigmaData);
  const rules: ContinuousRules = {
    className: config._class_name,
    schedule,
    sigmaData,
    single: true,
    sigmas: (count) => (exponential ? exponentialSigmas : karras)(largest, smallest, count, rho),
    final: oneOf(config, "final_sigmas_type", ["zero", "sigma_min"], "zero") === "zero" ? 0 : smallest,
    initNoiseSigma: Math.hypot(largest, 1),
  };
  return {
    schedule,
    predictionType,
    preconditioning: { sigmaData, sigmaMin: 0, sign: predictionType === "epsilon" ? 1 : -1 },
    sampler,
    levelAt: (t) => ({ alpha: 1, sigma: sigmaAt(schedule, t) }),
    plan: (used, steps, options) => continuousPlan(rules, used, steps, options),
  };
}

/** Karras's sigmas as the reference's EDM DPM-Solver has them: every operation rounded to float32. */
function singleKarras(largest: number, smallest: number, count: number, rho = 7): number[] {
  const [from, to] = [largest ** (1 / rho), smallest ** (1 / rho)];
  return linspace(0, 1, count).map((u) => fround(fround(from + fround(fround(u) * fround(to - from))) ** rho));
}
