// A diffusers folder's scheduler as the reference's Stable Diffusion pipelines use it: they mend old configs when they
// are made, and `from_config` gives another class only what the file itself says.
import { type SchedulerConfig, samplerNamed } from "../diffusion/index.ts";

/** What a sampler's name decides, whatever the file says of it. */
const OF_THE_NAME = ["algorithm_type", "solver_order"];

/**
 * The file's config, as its pipeline mends it, for another class, the one that has `sampler`; undefined where the
 * reference has none for it.
 */
export function configForSampler(
  file: Record<string, unknown>,
  sampler: string,
  mend: (file: Record<string, unknown>) => SchedulerConfig,
): SchedulerConfig | undefined {
  const own = file as SchedulerConfig;
  if (["consistency", "accelerated"].includes(sampler) || !isTable(own)) return undefined;
  const { config } = samplerNamed(sampler);
  // Keys that the file lacks keep the new class's defaults, mended or not.
  const inherited = Object.fromEntries(Object.entries(mend(file)).filter(([key]) => key in file));
  const named = Object.entries(config).filter(([key]) => OF_THE_NAME.includes(key) && isOfTheName(sampler));
  return { ...inherited, ...Object.fromEntries(named), _class_name: config._class_name };
}

/** deis and unipc have one default order, which a file may change; dpmpp-2m says its own. */
const isOfTheName = (sampler: string): boolean => sampler.startsWith("dpmpp-");

const isTable = ({ _class_name }: SchedulerConfig): boolean => !_class_name.startsWith("FlowMatch");

/** What StableDiffusionPipeline's and its siblings' constructors do to the config of the file's own class. */
export function mendedConfig(file: Record<string, unknown>, isMasked: boolean): SchedulerConfig {
  const config = file as SchedulerConfig;
  const name = config._class_name;
  const clips = config.clip_sample ?? /^(DDIM|DDPM)/.test(name);
  return {
    ...config,
    ...(isTable(config) && { steps_offset: 1 }),
    ...(clips === true && !isMasked && { clip_sample: false }),
    ...(name === "PNDMScheduler" && isMasked && { skip_prk_steps: true }),
  };
}
