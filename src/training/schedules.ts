// The noise schedules that the default denoiser is trained on, as scheduler_config.json says them.
import { schedulerFromConfig, type SchedulerConfig } from "../diffusion/index.ts";
import type { Objective } from "./denoiser-task.ts";

/** Flow matching with times shifted toward noise at sampling; noise prediction on DDPM's cosine schedule. */
export const objectives: Readonly<Record<Objective, { config: SchedulerConfig; sampler: string }>> = {
  flow: {
    config: { _class_name: "FlowMatchEulerDiscreteScheduler", num_train_timesteps: 1000, shift: 2 },
    sampler: "heun",
  },
  noise: {
    config: {
      _class_name: "DDPMScheduler",
      num_train_timesteps: 1000,
      beta_schedule: "squaredcos_cap_v2",
      prediction_type: "epsilon",
      clip_sample: false,
      timestep_spacing: "trailing",
    },
    sampler: "ddim",
  },
};

/** The schedule's alphasCumprod, or undefined for flow matching. */
export function alphasCumprodOf(objective: Objective): ArrayLike<number> | undefined {
  return objective === "flow" ? undefined : schedulerFromConfig(objectives.noise.config).alphasCumprod;
}
