// A published U-Net from its folder: compiled for a size when that size first comes.
import { DriftfieldError, type Tensor } from "../../core/index.ts";
import { input, type Sym } from "../../graph/index.ts";
import { type Registry, Scope } from "../../nn/index.ts";
import type { FeedValue } from "../../runtime/index.ts";
import {
  compileComponent,
  type ComponentOptions,
  type ModelPlace,
  openPlace,
  readConfig,
  readModelJson,
  weightsIn,
} from "../component.ts";
import { blockKinds } from "./blocks.ts";
import { unet2DConfig, unetConditionConfig, type UNet2DConfig, type UNetConditionConfig } from "./config.ts";
import { unet2D, unetCondition, type UNetInputs } from "./graph.ts";
import { olderAttention } from "./names.ts";

type Labels = { data: Float32Array | Int32Array; shape: readonly number[] };

export type DenoiseInputs = {
  /** (B, C, H, W), scaled as the checkpoint expects it. */
  sample: Tensor;
  /** The model's own time: one for all, or one for each of the batch. */
  timestep: number | Float32Array;
  /** Text states (B, L, D), where the network reads a text. */
  hidden?: Tensor;
  /** 1 where a text's state counts, else 0: (B, L). */
  mask?: Tensor;
  /** By class_embed_type: ids (B) as Int32Array, times (B), or vectors (B, D). */
  classLabels?: Labels;
  /** (B, time_cond_proj_dim): the guidance embedding of distilled models. */
  timestepCond?: Tensor;
};

export type UNet = {
  readonly config: UNetConditionConfig | UNet2DConfig;
  readonly hash: string;
  /** One evaluation: (B, C', H, W). Throws where an input that the network needs is missing or doesn't fit. */
  denoise(inputs: DenoiseInputs): Promise<Tensor>;
  dispose(): Promise<void>;
};

const isCondition = (config: UNet["config"]): config is UNetConditionConfig => "cross_attention_dim" in config;

/** Whether any block reads a text. */
function readsText(config: UNet["config"]): boolean {
  const types: string[] = [...config.down_block_types, ...config.up_block_types];
  const reads = types.some((type) => ["text", "simple"].includes(blockKinds[type].attention));
  return reads || (config.mid_block_type?.endsWith("CrossAttn") ?? false);
}

/** What the class labels must be, or null where there are none. */
function labelsOf(config: UNet["config"]): { shape: (string | number)[]; dtype: "int32" | "float32" } | null {
  const { class_embed_type: type, num_class_embeds: count } = config;
  const width = config.time_embedding_dim ?? 4 * config.block_out_channels[0];
  if (type === null) return count === null ? null : { shape: ["B"], dtype: "int32" };
  if (type === "timestep") return { shape: ["B"], dtype: "float32" };
  if (type === "identity") return { shape: ["B", width], dtype: "float32" };
  const from = (config as UNetConditionConfig).projection_class_embeddings_input_dim;
  if (from === null) throw missing("config.json's projection_class_embeddings_input_dim", "class_embed_type");
  return { shape: ["B", from], dtype: "float32" };
}

function missing(what: string, path: string): DriftfieldError {
  const hint = "this U-Net was trained with it";
  return new DriftfieldError("invalid_option", `the U-Net needs ${what}`, { path, received: "nothing", hint });
}

/** Sizes that a graph is built for, and which inputs it has. */
type Form = { height: number; width: number; tokens: number; mask: boolean; condition: boolean };

function formOf({ sample, hidden, mask, timestepCond }: DenoiseInputs): Form {
  const [, , height, width] = sample.shape;
  const condition = timestepCond !== undefined;
  return { height, width, tokens: hidden?.shape[1] ?? 0, mask: mask !== undefined, condition };
}

/** The graph for `form`. */
function graphOf(scope: Scope, config: UNet["config"], form: Form): Record<string, Sym> {
  const labels = labelsOf(config);
  const { height, width, tokens } = form;
  const inputs: UNetInputs = {
    sample: input("sample", ["B", config.in_channels, height, width]),
    timestep: input("timestep", ["B"]),
    ...(labels && { classLabels: input("class_labels", labels.shape, labels.dtype) }),
  };
  if (!isCondition(config)) return { out: unet2D(scope, inputs, config) };
  const { encoder_hid_dim, cross_attention_dim: cross, time_cond_proj_dim: guidance } = config;
  const size = encoder_hid_dim ?? (Array.isArray(cross) ? cross[0] : cross);
  if (readsText(config)) inputs.hidden = input("hidden", ["B", tokens, size]);
  if (form.mask && inputs.hidden) inputs.mask = input("mask", ["B", 1, 1, tokens]);
  if (form.condition && guidance !== null) inputs.timestepCond = input("timestep_cond", ["B", guidance]);
  return { out: unetCondition(scope, inputs, config) };
}

/** The slots of a U-Net, whatever size it is asked for. */
export function unetRegistry(config: UNet["config"]): Registry {
  const scope = new Scope();
  const side = 2 ** (config.block_out_channels.length + 1);
  graphOf(scope, config, { height: side, width: side, tokens: 1, mask: false, condition: true });
  return scope.registry;
}

function feedsOf(inputs: DenoiseInputs, config: UNet["config"]): Record<string, FeedValue> {
  const { sample, timestep, hidden, mask, classLabels, timestepCond } = inputs;
  const [batch] = sample.shape;
  const reads = readsText(config);
  if (reads && hidden === undefined) throw missing("text states", "hidden");
  if (labelsOf(config) !== null && classLabels === undefined) throw missing("class labels", "class_labels");
  const times = typeof timestep === "number" ? new Float32Array(batch).fill(timestep) : timestep;
  return {
    sample,
    timestep: { data: times, shape: [times.length] },
    ...(reads && hidden && { hidden }),
    ...(reads && mask && { mask: { data: mask.data, shape: [mask.shape[0], 1, 1, mask.shape[1]] } }),
    ...(classLabels && { class_labels: classLabels }),
    ...(timestepCond && { timestep_cond: timestepCond }),
  };
}

export async function readUNetConfig(place: ModelPlace): Promise<UNet["config"]> {
  const folder = openPlace(place);
  const path = `${folder.name}/config.json`;
  const { _class_name: name } = (await readModelJson(folder, "config.json")) as { _class_name?: unknown };
  if (name === "UNet2DConditionModel") return readConfig(folder, unetConditionConfig);
  if (name === "UNet2DModel") return readConfig(folder, unet2DConfig);
  throw new DriftfieldError("unsupported", `${path}: this isn't a U-Net that can be run`, {
    path,
    received: String(name),
    expected: "UNet2DConditionModel or UNet2DModel",
    hint: "Stable Diffusion 1 and 2, unCLIP, Karlo and DDPM have these",
  });
}

/** Loads the U-Net in `folder` (diffusers layout). Throws where a file is missing, damaged or of another model. */
export async function loadUNet(folder: ModelPlace, { backend, variant }: ComponentOptions): Promise<UNet> {
  const config = await readUNetConfig(folder);
  const files = weightsIn(folder, variant);
  let compiled: { form: string; program: Awaited<ReturnType<typeof compileComponent>>["program"] } | undefined;
  let hash = "";
  return {
    config,
    get hash() {
      return hash;
    },
    async denoise(inputs) {
      const feeds = feedsOf(inputs, config);
      const form = formOf(inputs);
      const key = JSON.stringify(form);
      if (compiled?.form !== key) {
        await compiled?.program.dispose();
        compiled = undefined;
        const build = (scope: Scope): Record<string, Sym> => graphOf(scope, config, form);
        const made = await compileComponent("unet", files, backend, build, olderAttention);
        [compiled, hash] = [{ form: key, program: made.program }, made.hash];
      }
      return (await compiled.program.run(feeds)).out as Tensor;
    },
    async dispose() {
      await compiled?.program.dispose();
      compiled = undefined;
    },
  };
}
