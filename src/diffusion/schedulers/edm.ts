// EDMEulerScheduler, EDMDPMSolverMultistepScheduler and CosineDPMSolverMultistepScheduler.
import { number, oneOf, type SchedulerConfig } from "../config.ts";
import { continuousPlan, sigmaAt, type ContinuousRules } from "../plans/continuous.ts";
import { dpmMultistep } from "../samplers/dpm-multistep.ts";
import { euler } from "../samplers/euler.ts";
import type { Sampler } from "../samplers/sampler.ts";
import { singleLinspace } from "../schedule/betas.ts";
import { angularSchedule, continuousSchedule } from "../schedule/continuous.ts";
import type { NoiseSchedule } from "../schedule/schedule.ts";
import { karrasSigmas } from "../schedule/sigmas.ts";
import { readDpmOptions } from "./dpm-multistep.ts";
import { readRange, type SchedulerClass, type SchedulerParts } from "./parts.ts";

const { fround } = Math;

export const edmEulerScheduler: SchedulerClass = {
  className: "EDMEulerScheduler",
  read: (config) => edmParts(config, euler(), { karras: karrasSigmas }),
};

export const edmDpmScheduler: SchedulerClass = {
  className: "EDMDPMSolverMultistepScheduler",
  read(config) {
    oneOf(config, "algorithm_type", ["dpmsolver++", "sde-dpmsolver++", "deis"], "dpmsolver++");
    const parts = edmParts(config, dpmMultistep(readDpmOptions(config, true)), { karras: singleKarras });
    return { ...parts, range: readRange(config, undefined) };
  },
};

/** Stable Audio's: the SDE form, its noise one Brownian path seeded as the generator is, told the angle of sigma. */
export const cosineDpmScheduler: SchedulerClass = {
  className: "CosineDPMSolverMultistepScheduler",
  read(given) {
    const defaults = { sigma_min: 0.3, sigma_max: 500, sigma_data: 1, sigma_schedule: "exponential" };
    const config = { prediction_type: "v_prediction", ...defaults, ...withoutNull(given) };
    number(config, "solver_order", 2, 1, 2);
    const options = readDpmOptions({ ...config, algorithm_type: "sde-dpmsolver++" }, true);
    const [smallest, largest] = [number(config, "sigma_min", 0.3, 0), number(config, "sigma_max", 500, 0)].map(fround);
    const sampler = dpmMultistep({ ...options, path: { smallest, largest } });
    return edmParts(config, sampler, { karras: singleKarras, schedule: angularSchedule });
  },
};

function withoutNull(config: SchedulerConfig): SchedulerConfig {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null)) as SchedulerConfig;
}

type Own = { karras: typeof karrasSigmas; schedule?: (count: number, sigmaData: number) => NoiseSchedule };

/** Karras et al. 2022, table 1: the schedule and the preconditioning; prediction_type says the sign of the network. */
function edmParts(config: SchedulerConfig, sampler: Sampler, own: Own): SchedulerParts {
  const { karras, schedule: made = edmTimes } = own;
  const predictionType = oneOf(config, "prediction_type", ["epsilon", "v_prediction"], "epsilon");
  const sigmaData = number(config, "sigma_data", 0.5, 0);
  const [smallest, largest] = [number(config, "sigma_min", 0.002, 0), number(config, "sigma_max", 80, 0)];
  const rho = number(config, "rho", 7, 0);
  const exponential = oneOf(config, "sigma_schedule", ["karras", "exponential"], "karras") === "exponential";
  const schedule = made(number(config, "num_train_timesteps", 1000, 1), sigmaData);
  const rules: ContinuousRules = {
    className: config._class_name,
    schedule,
    sigmaData,
    single: true,
    sigmas: (count) => (exponential ? singleExponential : karras)(largest, smallest, count, rho),
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

function edmTimes(count: number, sigmaData: number): NoiseSchedule {
  return continuousSchedule(count, 0.25, sigmaData);
}

/** Even in log sigma, counted up from the smallest in float32 as the reference has it: one alone is the smallest. */
function singleExponential(largest: number, smallest: number, count: number): number[] {
  const logs = [...singleLinspace(Math.log(smallest), Math.log(largest), count)];
  return logs.map((log) => fround(Math.exp(log))).reverse();
}

/** Karras's sigmas as the reference's EDM DPM-Solver has them: every operation rounded to float32. */
function singleKarras(largest: number, smallest: number, count: number, rho = 7): number[] {
  const [from, to] = [largest ** (1 / rho), smallest ** (1 / rho)];
  const roots = [...singleLinspace(0, 1, count)].map((u) => fround(fround(from) + fround(u * fround(to - from))));
  return roots.map((root) => fround(root ** rho));
}
