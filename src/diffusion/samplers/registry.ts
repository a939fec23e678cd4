// Every sampler by its name that walks any schedule: a new one is listed here, and thereby tested and offered.
import { DriftfieldError, nearestNames } from "../../core/index.ts";
import { accelerated } from "./accelerated.ts";
import { ddim } from "./ddim.ts";
import { ddpm } from "./ddpm.ts";
import { consistency } from "./consistency.ts";
import { deis } from "./deis.ts";
import { dpmMultistep } from "./dpm-multistep.ts";
import { dpmSde } from "./dpm-sde.ts";
import { dpmSingle } from "./dpm-single.ts";
import { eulerAncestral } from "./euler-ancestral.ts";
import { eulerMaruyama } from "./euler-maruyama.ts";
import { euler } from "./euler.ts";
import { heun } from "./heun.ts";
import { ipndm } from "./ipndm.ts";
import { kdpm2 } from "./kdpm2.ts";
import { lcm } from "./lcm.ts";
import { lms } from "./lms.ts";
import { pndm } from "./pndm.ts";
import { reverseDiffusion } from "./reverse-diffusion.ts";
import { saSolver } from "./sa-solver.ts";
import { samplerInfo, type Sampler, type SamplerInfo } from "./sampler.ts";
import { tcd } from "./tcd.ts";
import { unipc } from "./unipc.ts";

/**
 * A sampler with its default options, and the configuration that the reference calls it by on a table schedule; where
 * the reference hasn't got it, the one whose noise levels it walks.
 */
export type SamplerEntry = {
  readonly sampler: Sampler;
  readonly config: { readonly _class_name: string; readonly [key: string]: unknown };
};

const dpm = { _class_name: "DPMSolverMultistepScheduler" };
const single = { _class_name: "DPMSolverSinglestepScheduler" };

export const samplerEntries: readonly SamplerEntry[] = [
  { sampler: ddpm(), config: { _class_name: "DDPMScheduler" } },
  { sampler: ddim(), config: { _class_name: "DDIMScheduler" } },
  { sampler: pndm(), config: { _class_name: "PNDMScheduler", skip_prk_steps: true } },
  { sampler: lms(), config: { _class_name: "LMSDiscreteScheduler" } },
  { sampler: euler(), config: { _class_name: "EulerDiscreteScheduler" } },
  { sampler: eulerAncestral(), config: { _class_name: "EulerAncestralDiscreteScheduler" } },
  { sampler: heun(), config: { _class_name: "HeunDiscreteScheduler" } },
  { sampler: kdpm2(), config: { _class_name: "KDPM2DiscreteScheduler" } },
  { sampler: kdpm2({ ancestral: true }), config: { _class_name: "KDPM2AncestralDiscreteScheduler" } },
  { sampler: dpmMultistep(), config: { ...dpm, algorithm_type: "dpmsolver++", solver_order: 2 } },
  { sampler: dpmMultistep({ order: 3 }), config: { ...dpm, algorithm_type: "dpmsolver++", solver_order: 3 } },
  {
    sampler: dpmMultistep({ algorithm: "sde-dpmsolver++" }),
    config: { ...dpm, algorithm_type: "sde-dpmsolver++", solver_order: 2 },
  },
  { sampler: dpmSingle(), config: { ...single, algorithm_type: "dpmsolver++", solver_order: 2 } },
  {
    sampler: dpmSingle({ algorithm: "sde-dpmsolver++" }),
    config: { ...single, algorithm_type: "sde-dpmsolver++", solver_order: 2 },
  },
  { sampler: deis(), config: { _class_name: "DEISMultistepScheduler", solver_order: 2 } },
  { sampler: unipc(), config: { _class_name: "UniPCMultistepScheduler", solver_order: 2 } },
  { sampler: dpmSde(), config: { _class_name: "DPMSolverSDEScheduler" } },
  { sampler: saSolver(), config: { _class_name: "SASolverScheduler" } },
  { sampler: eulerMaruyama(), config: { _class_name: "DDPMScheduler" } },
  { sampler: reverseDiffusion(), config: { _class_name: "DDPMScheduler" } },
  { sampler: ipndm(), config: { _class_name: "DDIMScheduler" } },
  { sampler: lcm(), config: { _class_name: "LCMScheduler" } },
  { sampler: tcd(), config: { _class_name: "TCDScheduler" } },
  { sampler: consistency(), config: { _class_name: "EulerDiscreteScheduler" } },
  { sampler: accelerated(), config: { _class_name: "EulerDiscreteScheduler" } },
];

/** Other names for the same algorithm. */
export const samplerAliases: Readonly<Record<string, string>> = { "flow-euler": "euler", "flow-heun": "heun" };

/** What each sampler is and promises. */
export const samplers: readonly SamplerInfo[] = samplerEntries.map(({ sampler }) => samplerInfo(sampler));

/** A sampler by name. @throws DriftfieldError("invalid_option") with the nearest names. */
export function samplerNamed(name: string): SamplerEntry {
  const entry = samplerEntries.find(({ sampler }) => sampler.name === (samplerAliases[name] ?? name));
  if (entry) return entry;
  const known = [...samplers.map((sampler) => sampler.name), ...Object.keys(samplerAliases)];
  const near = nearestNames(name, known);
  throw new DriftfieldError("invalid_option", `unknown sampler "${name}"`, {
    path: "sampler",
    received: name,
    expected: `one of ${known.join(", ")}`,
    hint: near.length > 0 ? `did you mean ${near.join(" or ")}?` : `choose one of ${known.join(", ")}`,
  });
}
