// U-Nets as graphs, from their configs: UNet2DConditionModel (Stable Diffusion, unCLIP, Karlo's decoder) and
// UNet2DModel (DDPM, Karlo's super-resolution). Order and names: diffusers' unet_2d_condition.py and unet_2d.py.
import { add, concat, gather, mul, sub, type Sym } from "../../graph/index.ts";
import { denseLayer, normal, type Scope } from "../../nn/index.ts";
import { atBlock } from "../config-file.ts";
import { blockKinds, downBlock, midBlock, upBlock, type Block, type Common } from "./blocks.ts";
import type { UNet2DConfig, UNetConditionConfig } from "./config.ts";
import { activations, convolution, embeddingOf, groupNormLayer, sinusoids, type Activation } from "./layers.ts";

export type UNetInputs = {
  /** (B, C, H, W); H and W are numbers. */
  sample: Sym;
  /** (B), in the model's own time. */
  timestep: Sym;
  /** Text states (B, L, D). */
  hidden?: Sym;
  /** By the config's class_embed_type: ids (B) of int32, times (B), or vectors (B, D). */
  classLabels?: Sym;
  /** 1 where a text's state counts, else 0: (B, 1, 1, L). */
  mask?: Sym;
  /** A guidance embedding (B, time_cond_proj_dim) of distilled models. */
  timestepCond?: Sym;
};

type Config = UNetConditionConfig | UNet2DConfig;

/** The class embedding, or nothing where the config has none. */
function classEmbedding(scope: Scope, labels: Sym | undefined, config: Config, width: number, time: TimeForm) {
  const { class_embed_type: type, num_class_embeds: count } = config;
  if (labels === undefined || (type === null && count === null)) return undefined;
  switch (type) {
    case null:
      return gather(scope.slot("weight", [count!, width], normal(0.02)), labels);
    case "timestep":
      return embeddingOf(scope, time.waves(labels), width, time.layers);
    case "identity":
      return labels;
    case "projection":
      return embeddingOf(scope, labels, width);
    case "simple_projection":
      return denseLayer(scope, labels, width);
  }
}

type TimeForm = { waves: (t: Sym) => Sym; layers: { activation?: Activation } };

type Middle = (scope: Scope, x: Sym) => Sym;

/** The way down, the middle, the way up and the last convolution. */
function network(
  scope: Scope,
  sample: Sym,
  common: Common,
  config: Config,
  parts: { down: Block[]; mid: Middle | null; up: Block[]; outActivation: Activation },
): Sym {
  const centred = config.center_input_sample ? sub(mul(sample, 2), 1) : sample;
  const [inKernel, outKernel] = "conv_in_kernel" in config ? [config.conv_in_kernel, config.conv_out_kernel] : [3, 3];
  let x = convolution(scope.at("conv_in"), centred, config.block_out_channels[0], inKernel);
  const skips = [x];
  parts.down.forEach((block, i) => {
    const done = downBlock(scope.at("down_blocks").at(i), x, common, block);
    x = done.x;
    skips.push(...done.skips);
  });
  if (parts.mid) x = parts.mid(scope.at("mid_block"), x);
  parts.up.forEach((block, i) => {
    const next = skips[skips.length - 1 - block.layers]?.shape.slice(2) as [number, number] | undefined;
    x = upBlock(scope.at("up_blocks").at(i), x, skips, common, { ...block, to: next });
  });
  x = groupNormLayer(scope.at("conv_norm_out"), x, common.groups, common.epsilon);
  return convolution(scope.at("conv_out"), activations[parts.outActivation](x), config.out_channels, outKernel);
}

const timeForm = (config: Config, layers: TimeForm["layers"]): TimeForm => ({
  waves: (t) =>
    sinusoids(t, config.block_out_channels[0], { flip: config.flip_sin_to_cos, shift: config.freq_shift }),
  layers,
});

/** UNet2DConditionModel: what it predicts for a noisy sample (B, C', H, W). */
export function unetCondition(scope: Scope, inputs: UNetInputs, config: UNetConditionConfig): Sym {
  const { block_out_channels: channels, act_fn: activation } = config;
  const width = config.time_embedding_dim ?? 4 * channels[0];
  const form = timeForm(config, { activation });
  const { timestep_post_act: after } = config;
  const condition = config.time_cond_proj_dim === null ? undefined : inputs.timestepCond;
  let time = embeddingOf(scope.at("time_embedding"), form.waves(inputs.timestep), width, {
    activation,
    after,
    ...(condition && { condition }),
  });
  const classes = classEmbedding(scope.at("class_embedding"), inputs.classLabels, config, width, form);
  if (classes) time = config.class_embeddings_concat ? concat([time, classes], 1) : add(time, classes);
  if (config.time_embedding_act_fn) time = activations[config.time_embedding_act_fn](time);
  const { encoder_hid_dim: from, cross_attention_dim: to } = config;
  const context =
    from === null || inputs.hidden === undefined
      ? inputs.hidden
      : denseLayer(scope.at("encoder_hid_proj"), inputs.hidden, atBlock(to, 0));
  const common: Common = {
    groups: config.norm_num_groups,
    epsilon: config.norm_eps,
    activation,
    scaleShift: config.resnet_time_scale_shift === "scale_shift",
    time: { plain: time, active: activations[activation](time) },
    skipTimeActivation: config.resnet_skip_time_act,
    outputScale: config.resnet_out_scale_factor,
    context,
    mask: inputs.mask && mul(sub(inputs.mask, 1), 10000),
    linearProjection: config.use_linear_projection,
    contextNorm: config.cross_attention_norm,
    downPadding: config.downsample_padding,
  };
  const count = channels.length;
  const block = (type: string, level: number, place: number): Block => ({
    ...blockKinds[type],
    channels: channels[level],
    layers: atBlock(config.layers_per_block, level) + (type.includes("Up") ? 1 : 0),
    heads: atBlock(config.attention_head_dim, level),
    headSize: atBlock(config.attention_head_dim, place), // the reference doesn't turn this list round on the way up
    transformerLayers: atBlock(config.transformer_layers_per_block, level),
    onlyCross: atBlock(config.only_cross_attention, level),
    last: place === count - 1,
  });
  const up = config.up_block_types.map((type, i) => block(type, count - 1 - i, i));
  config.reverse_transformer_layers_per_block?.forEach((layers, i) => (up[i].transformerLayers = layers));
  return network(scope, inputs.sample, common, config, {
    down: config.down_block_types.map((type, i) => block(type, i, i)),
    mid: conditionMid(common, config),
    up,
    outActivation: activation,
  });
}

const midAttention = {
  UNetMidBlock2DCrossAttn: "text",
  UNetMidBlock2DSimpleCrossAttn: "simple",
  UNetMidBlock2D: "none",
} as const;

function conditionMid(common: Common, config: UNetConditionConfig): Middle | null {
  const { mid_block_type: type, only_cross_attention: all } = config;
  if (type === null) return null;
  const attention = midAttention[type];
  const heads = atBlock(config.attention_head_dim, -1);
  const onlyCross = attention === "simple" && (config.mid_block_only_cross_attention ?? (all === true));
  const transformerLayers = atBlock(config.transformer_layers_per_block, -1);
  const outputScale = config.mid_block_scale_factor;
  const own = { attention, heads, headSize: heads, transformerLayers, onlyCross, outputScale };
  return (scope, x) => midBlock(scope, x, common, { ...own, second: attention !== "none" });
}

/** UNet2DModel: what it predicts for a noisy sample (B, C', H, W). */
export function unet2D(scope: Scope, inputs: UNetInputs, config: UNet2DConfig): Sym {
  const { block_out_channels: channels, act_fn: activation, attention_head_dim: headSize } = config;
  const width = config.time_embedding_dim ?? 4 * channels[0];
  const form = timeForm(config, {});
  const embedded = embeddingOf(scope.at("time_embedding"), form.waves(inputs.timestep), width);
  const classes = classEmbedding(scope.at("class_embedding"), inputs.classLabels, config, width, form);
  const time = classes ? add(embedded, classes) : embedded;
  const scaleShift = config.resnet_time_scale_shift === "scale_shift";
  const common: Common = {
    groups: config.norm_num_groups,
    epsilon: config.norm_eps,
    activation,
    scaleShift,
    time: { plain: time, active: activations[activation](time) },
    skipTimeActivation: false,
    outputScale: 1,
    context: undefined,
    mask: undefined,
    linearProjection: false,
    contextNorm: null,
    downPadding: config.downsample_padding,
  };
  const count = channels.length;
  const plain = { heads: 1, headSize, transformerLayers: 0, onlyCross: false };
  const block = (type: string, level: number, place: number): Block => {
    const kind = blockKinds[type];
    const chosen = type.includes("Up") ? config.upsample_type : config.downsample_type;
    const resample = kind.attention === "places" ? chosen : kind.resample;
    const layers = config.layers_per_block + (type.includes("Up") ? 1 : 0);
    const last = place === count - 1;
    return { ...plain, attention: kind.attention, resample, channels: channels[level], layers, last };
  };
  const attentionGroups = config.attn_norm_num_groups ?? (scaleShift ? null : common.groups);
  const outputScale = config.mid_block_scale_factor;
  const attention = config.add_attention ? "places" : "none";
  const mid = { ...plain, attention, outputScale, attentionGroups, second: true } as const;
  return network(scope, inputs.sample, common, config, {
    down: config.down_block_types.map((type, i) => block(type, i, i)),
    mid: config.mid_block_type && ((inner, x) => midBlock(inner, x, common, mid)),
    up: config.up_block_types.map((type, i) => block(type, count - 1 - i, i)),
    outActivation: "silu",
  });
}
