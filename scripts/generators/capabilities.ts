// docs/capabilities.md: which sampler runs on which schedule and prediction. Not declared but tried, each of them.
import { DriftfieldError } from "../../src/core/index.ts";
import {
  asModel,
  exactDenoiser,
  predictionTypes,
  sample,
  samplerAliases,
  samplers,
  schedulerFromConfig,
  withSampler,
  type Scheduler,
  type SchedulerConfig,
} from "../../src/diffusion/index.ts";
import { schedulerClasses } from "../../src/diffusion/schedulers/classes.ts";
import { counterGenerator } from "../../src/random/index.ts";
import { replaceSection } from "./section.ts";

const WALKS = 150;
const STEPS = 50;
const points = { data: Float32Array.of(1, 0, -1, 0, 0, 1), shape: [3, 2] };

const table = { beta_schedule: "scaled_linear", beta_start: 0.00085, beta_end: 0.012, clip_sample: false };
const schedules: Readonly<Record<string, SchedulerConfig>> = {
  "table (variance preserving)": { _class_name: "DDPMScheduler", ...table },
  flow: { _class_name: "FlowMatchEulerDiscreteScheduler", shift: 2 },
  "log-linear (exploding)": { _class_name: "ScheduleLogLinear", sigma_min: 0.01, sigma_max: 20 },
  "EDM (preconditioned)": { _class_name: "EDMEulerScheduler", sigma_max: 20 },
};

/** The whole page: words by people, tables by trying. */
export async function capabilities(page: string): Promise<string> {
  const start = page === "" ? emptyPage : page;
  return replaceSection(replaceSection(start, "samplers", await samplerTable()), "classes", classTable());
}

const section = (name: string) => `<!-- generated: ${name} -->\n<!-- end: ${name} -->`;
const emptyPage = `${section("samplers")}\n${section("classes")}`;

async function samplerTable(): Promise<string> {
  const names = Object.keys(schedules);
  const head = ["sampler", "kind", "order", "noise", "`eta`", ...names];
  const rows: string[][] = [];
  for (const { name, kind, convergenceOrder, stochastic, takesEta } of samplers) {
    const aliases = Object.keys(samplerAliases).filter((alias) => samplerAliases[alias] === name);
    const cells: string[] = [];
    for (const schedule of names) cells.push(await predictionsOf(name, schedules[schedule]));
    const shown = [name, ...aliases].map((each) => `\`${each}\``).join(", ");
    rows.push([shown, kind, String(convergenceOrder ?? ""), yes(stochastic), yes(takesEta ?? false), ...cells]);
  }
  return markdown(head, rows);
}

/** The predictions with which the sampler takes all walks to the data, on one schedule: "all", a list, or "none". */
async function predictionsOf(sampler: string, config: SchedulerConfig): Promise<string> {
  const types = config._class_name.startsWith("EDM") ? (["epsilon", "v_prediction"] as const) : predictionTypes;
  const good: string[] = [];
  for (const type of types) {
    const scheduler = schedulerFromConfig({ ...config, prediction_type: type });
    if (await arrives(withSampler(scheduler, sampler)).catch(refused)) good.push(type);
  }
  if (good.length === types.length) return "all";
  return good.length === 0 ? "none" : good.map((type) => `\`${type}\``).join(", ");
}

/** A combination that names why it can't be is one that doesn't arrive; anything else is a fault. */
function refused(error: unknown): false {
  if (error instanceof DriftfieldError) return false;
  throw error;
}

/** Walks end within 0.2 of a data point, and each of the three points gets a sixth of them or more. */
async function arrives(scheduler: Scheduler): Promise<boolean> {
  const plan = scheduler.plan(STEPS);
  const generator = counterGenerator({ seed: 1 });
  const noise = generator.randn([WALKS, 2]);
  const x = { ...noise, data: noise.data.map((value) => value * plan.initNoiseSigma) };
  const walk = sample({ scheduler, plan, x, model: asModel(exactDenoiser(points), scheduler), generator });
  let end: Float32Array = x.data;
  for await (const { next } of walk) end = next.data;
  const counts = [0, 0, 0];
  for (let b = 0; b < WALKS; b++) {
    const distances = [0, 1, 2].map((p) =>
      Math.hypot(end[2 * b] - points.data[2 * p], end[2 * b + 1] - points.data[2 * p + 1]),
    );
    const nearest = distances.indexOf(Math.min(...distances));
    if (!(distances[nearest] < 0.2)) return false;
    counts[nearest]++;
  }
  return Math.min(...counts) >= WALKS / 6;
}

const changes: Readonly<Record<string, Record<string, unknown>>> = {
  Karras: { use_karras_sigmas: true },
  exponential: { use_exponential_sigmas: true },
  beta: { use_beta_sigmas: true },
  "Lu's lambdas": { use_lu_lambdas: true },
  "flow sigmas": { use_flow_sigmas: true, prediction_type: "flow_prediction" },
  "zero terminal SNR": { rescale_betas_zero_snr: true, prediction_type: "v_prediction" },
};

function classTable(): string {
  const head = ["scheduler class", "sampler", "schedule", "spacings", "own lists", ...Object.keys(changes)];
  const rows = schedulerClasses.map(({ className }) => {
    const scheduler = schedulerFromConfig({ _class_name: className });
    const usual = planOf({ _class_name: className });
    const changed = Object.values(changes).map((change) => {
      const found = planOf({ _class_name: className, ...change });
      return yes(found !== undefined && found !== planOf({ _class_name: className, ...onlyPrediction(change) }));
    });
    const spaced = (spacing: string) => planOf({ _class_name: className, timestep_spacing: spacing });
    const spacings = new Set(["linspace", "leading", "trailing"].map(spaced));
    const lists = [
      ...(takes(scheduler, { timesteps: [901, 501, 101] }) ? ["timesteps"] : []),
      ...(takes(scheduler, { sigmas: [0.9, 0.5, 0.1] }) ? ["sigmas"] : []),
    ];
    const kind = scheduler.schedule.kind;
    const spacing = usual === undefined ? "" : spacings.size === 3 ? "all three" : "its own";
    return [`\`${className}\``, `\`${scheduler.sampler.name}\``, kind, spacing, lists.join(", "), ...changed];
  });
  return markdown(head, rows);
}

const onlyPrediction = ({ prediction_type }: Record<string, unknown>) => (prediction_type ? { prediction_type } : {});

/** A plan of ten steps as text; undefined where the configuration is refused. */
function planOf(config: SchedulerConfig): string | undefined {
  return attempt(() => JSON.stringify(schedulerFromConfig(config).plan(10).levels));
}

function takes(scheduler: Scheduler, lists: Parameters<Scheduler["plan"]>[1]): boolean {
  return attempt(() => scheduler.plan(null, lists)) !== undefined;
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

const yes = (value: boolean): string => (value ? "yes" : "");

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
