// Reads a scheduler_config.json strictly: known names, right types, values in range.
import { DriftfieldError, nearestNames } from "../core/index.ts";

/** A scheduler's configuration, as `scheduler_config.json` holds it. */
export type SchedulerConfig = { readonly _class_name: string; readonly [key: string]: unknown };

/** Every option that some class of the reference has. A class ignores those of its siblings, as the reference does. */
const knownOptions = `
  algorithm_type base_image_seq_len base_shift beta_end beta_max beta_min beta_schedule beta_start clip_denoised
  clip_sample clip_sample_range correct_steps corrector_order disable_corrector dynamic_thresholding_ratio
  euler_at_final final_sigmas_type flow_shift interpolation_type invert_sigmas lambda_min_clipped lower_order_final
  max_image_seq_len max_shift noise_sampler_seed num_train_timesteps original_inference_steps predict_x0
  prediction_type predictor_order rescale_betas_zero_snr rho s_noise sample_max_value sampling_eps set_alpha_to_one
  shift shift_terminal sigma_data sigma_max sigma_min sigma_schedule skip_prk_steps snr solver_order solver_p
  solver_type steps_offset stochastic_sampling tau_func thresholding time_shift_type timestep_scaling
  timestep_spacing timestep_type trained_betas use_beta_sigmas use_dynamic_shifting use_exponential_sigmas
  use_flow_sigmas use_karras_sigmas use_lu_lambdas variance_type`
  .trim()
  .split(/\s+/);

/** @throws DriftfieldError("unknown_option") on a key that no scheduler has. Keys that begin with _ are notes. */
export function checkKeys(config: SchedulerConfig): void {
  for (const key of Object.keys(config)) {
    if (key.startsWith("_") || knownOptions.includes(key)) continue;
    const near = nearestNames(key, knownOptions);
    throw new DriftfieldError("unknown_option", `no scheduler has an option "${key}"`, {
      path: key,
      received: String(config[key]),
      expected: "an option of the scheduler's class",
      hint: near.length > 0 ? `did you mean ${near.join(" or ")}?` : "remove it",
    });
  }
}

/** A number option; null and absent mean `fallback`. `least` and `most` are included. */
export function number(
  config: SchedulerConfig,
  key: string,
  fallback: number,
  least = -Infinity,
  most = Infinity,
): number {
  const value = config[key] ?? fallback;
  if (typeof value === "number" && value >= least && value <= most) return value;
  if (value === "-Infinity" && least === -Infinity) return -Infinity; // JSON has no infinity
  const range = least === -Infinity && most === Infinity ? "a number" : `a number from ${least} to ${most}`;
  throw wrong(config, key, range);
}

/** A number option that may be absent or null. */
export function optionalNumber(config: SchedulerConfig, key: string): number | undefined {
  return config[key] === undefined || config[key] === null ? undefined : number(config, key, 0);
}

/** A yes-or-no option. */
export function flag(config: SchedulerConfig, key: string, fallback: boolean): boolean {
  const value = config[key] ?? fallback;
  if (typeof value === "boolean") return value;
  throw wrong(config, key, "true or false");
}

/** An option with a fixed list of values. */
export function oneOf<const T extends string>(
  config: SchedulerConfig,
  key: string,
  values: readonly T[],
  fallback: NoInfer<T>,
): T {
  const value = config[key] ?? fallback;
  if (values.includes(value as T)) return value as T;
  const near = typeof value === "string" ? nearestNames(value, values) : [];
  throw wrong(config, key, `one of ${values.join(", ")}`, near.length > 0 ? `did you mean ${near[0]}?` : undefined);
}

/** @throws DriftfieldError("unsupported") when the option is set to anything but what Driftfield does. */
export function mustBe(config: SchedulerConfig, key: string, only: unknown): void {
  const value = config[key] ?? only;
  if (value === only || (Array.isArray(value) && value.length === 0 && Array.isArray(only))) return;
  throw new DriftfieldError("unsupported", `${config._class_name} with ${key} ${String(value)} isn't done here`, {
    path: key,
    received: String(value),
    expected: String(only),
    hint: `set ${key} to ${String(only)}`,
  });
}

function wrong(config: SchedulerConfig, key: string, expected: string, hint?: string): DriftfieldError {
  return new DriftfieldError("invalid_option", `${key} can't be ${String(config[key])}`, {
    path: key,
    received: String(config[key]),
    expected,
    hint: hint ?? `set it to ${expected}`,
  });
}
